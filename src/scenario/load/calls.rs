//! The rules of a workload's calls, checked.

use crate::catalog::image::SIDE_MAX;
use crate::engine::rules::{Breaker, RoutePolicy, Sessions, StreamRules, TierRequest};
use crate::scenario::load::content_filter::check;
use crate::scenario::load::duration_us;
use crate::scenario::question::named::Wrong;
use crate::scenario::schema::calls::{CallsTable, ImagesTable};
use toml::Spanned;
/// Images that a request may have at most: documents say 10 or 50.
const IMAGES_MAX: f64 = 50.0;

/// What is wrong with the images of calls.
fn wrong_images(images: &ImagesTable) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = Vec::new();
    if let Some(detail) = &images.detail
        && !["auto", "low", "high", "original"].contains(&detail.get_ref().as_str())
    {
        let message = format!("unknown detail of images: {}", detail.get_ref());
        let hint = "one of \"auto\", \"low\", \"high\", \"original\"";
        wrong.push(("unknown-image-detail", detail.span(), message, hint));
    }
    for side in [&images.width, &images.height] {
        if !(1..=SIDE_MAX).contains(side.get_ref()) {
            let message = format!("not the side of an image: {} pixels", side.get_ref());
            wrong.push(("bad-image-size", side.span(), message, "write pixels, such as 1024"));
        }
    }
    if let Some(count) = &images.per_call
        && !(*count.get_ref() > 0.0 && *count.get_ref() <= IMAGES_MAX)
    {
        let message = format!("not a number of images: {}", count.get_ref());
        let hint = "a request has above 0 and at most 50 images";
        wrong.push(("bad-image-count", count.span(), message, hint));
    }
    wrong
}

/// The engine's rules of a calls table; everything that is wrong with it at once.
pub(crate) fn stream_rules(
    table: &CallsTable,
    deployments_in_route: Option<usize>,
) -> Result<StreamRules, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut duration = |written: &Spanned<String>| {
        duration_us(written.get_ref()).unwrap_or_else(|| {
            wrong.push((
                "not-a-duration",
                written.span(),
                format!("not a duration: {}", written.get_ref()),
                "write for example \"2 s\" or \"10 min\"",
            ));
            0
        })
    };
    let mut rules = StreamRules {
        timeout_us: table.timeout.as_ref().map(&mut duration),
        concurrent: table.concurrency,
        best_of: table.best_of.as_ref().map(|best_of| *best_of.get_ref()),
        sessions: table
            .sessions
            .as_ref()
            .map(|s| Sessions { count: s.count, think_us: duration(&s.think) }),
        breaker: table
            .breaker
            .as_ref()
            .map(|b| Breaker { refusals: b.refusals, open_us: duration(&b.open) }),
        deadline_us: table.batch.as_ref().and_then(|b| b.within.as_ref()).map(&mut duration),
        ..StreamRules::default()
    };
    if let Some(best_of) = table.best_of.as_ref().filter(|n| !(1..=20).contains(n.get_ref())) {
        wrong.push((
            "not-a-number-of-answers",
            best_of.span(),
            format!("not a number of answers: best_of = {}", best_of.get_ref()),
            "write 1 to 20",
        ));
    }
    if let Some(filter) = &table.content_filter {
        wrong.extend(check(filter));
    }
    if let Some(images) = &table.images {
        wrong.extend(wrong_images(images));
    }
    if let Some(routing) = &table.routing {
        rules.policy = match (routing.get_ref().as_str(), &table.weights) {
            ("ordered", _) => RoutePolicy::Ordered,
            ("least-loaded", _) => RoutePolicy::LeastLoaded,
            ("fastest", _) => RoutePolicy::Fastest,
            ("weighted", Some(weights))
                if deployments_in_route.is_none_or(|count| count == weights.len()) =>
            {
                RoutePolicy::Weighted(weights.clone())
            }
            ("weighted", _) => {
                wrong.push((
                    "weights-do-not-fit",
                    routing.span(),
                    "weights do not fit the route".to_owned(),
                    "give one weight for each deployment of the route, in its order",
                ));
                RoutePolicy::Ordered
            }
            (other, _) => {
                wrong.push((
                    "unknown-routing",
                    routing.span(),
                    format!("unknown routing: {other}"),
                    "one of \"ordered\", \"weighted\", \"least-loaded\", \"fastest\"",
                ));
                RoutePolicy::Ordered
            }
        };
    }
    if let Some(tier) = &table.service_tier {
        rules.tier = match tier.get_ref().as_str() {
            "auto" => TierRequest::Auto,
            "default" => TierRequest::Standard,
            "priority" => TierRequest::Priority,
            "flex" => TierRequest::Flex,
            other => {
                wrong.push((
                    "unknown-service-tier",
                    tier.span(),
                    format!("unknown service tier: {other}"),
                    "one of \"auto\", \"default\", \"priority\", \"flex\"",
                ));
                TierRequest::Auto
            }
        };
    }
    if wrong.is_empty() { Ok(rules) } else { Err(wrong) }
}
