//! `traffic = { … }` of a workload: a trace or a spec of synthetic traffic, and what is done to it before it is replayed.

use crate::scenario::load::{Check, duration_us};
use crate::scenario::question::traffic::{Repeat, Synthetic, Traffic};
use crate::scenario::schema::traffic::{RepeatValue, SurgeTable, SynthTable, TrafficTable};
use crate::units::diagnostic::Place;
use crate::workload::import::BucketModel;
use crate::workload::transform::Surge;
use toml::Spanned;

impl Check<'_> {
    pub(in crate::scenario) fn traffic(
        &mut self,
        table: &TrafficTable,
        workload: &Spanned<String>,
    ) -> Traffic {
        let (trace, synthetic) = match (&table.trace, &table.synth) {
            (Some(trace), None) => (self.named(trace), None),
            (None, Some(synth)) => {
                let (name, synthetic) = match synth.get_ref() {
                    SynthTable::File(file) => (file.as_str(), Synthetic::File),
                    SynthTable::Spec(spec) => {
                        if spec.seed != 0 {
                            self.wrong(
                                "seed-of-its-own",
                                synth.span(),
                                format!("seed of its own: synth.seed = {}", spec.seed),
                                "state `seed` once, at the top of the scenario",
                            );
                        }
                        ("synthetic", Synthetic::Spec(spec.clone()))
                    }
                };
                (self.named_at(name, synth.span()), Some(synthetic))
            }
            (both, _) => {
                let message = match both {
                    Some(_) => "both a trace and synthetic traffic",
                    None => "neither a trace nor synthetic traffic",
                };
                self.wrong(
                    "not-one-traffic",
                    workload.span(),
                    format!("{message}: workload {}", workload.get_ref()),
                    "write traffic = { trace = \"…\" } or traffic = { synth = \"spec.toml\" }",
                );
                (self.named_at("", workload.span()), None)
            }
        };
        let slice_us = table.slice.as_ref().and_then(|slice| {
            let [from, until] = slice.get_ref();
            let range = duration_us(from).zip(duration_us(until)).filter(|(a, b)| a < b);
            if range.is_none() {
                self.wrong(
                    "not-a-slice",
                    slice.span(),
                    format!("not a slice: {from} to {until}"),
                    "write two durations, the first smaller, such as [\"0 s\", \"10 min\"]",
                );
            }
            range
        });
        Traffic {
            trace,
            synthetic,
            slice_us,
            stretch: self.factor("stretch", table.stretch.as_ref()),
            scale: self.factor("scale", table.scale.as_ref()),
            repeat: self.repeat(table.repeat.as_ref()),
            surges: table.surge.iter().filter_map(|surge| self.surge(surge)).collect(),
            cached_share_ppm: table
                .cached_share
                .as_ref()
                .and_then(|share| self.share("cached_share", share)),
            columns: table.columns.clone(),
            totals: self.totals(table.totals.as_ref()),
            keep: table.keep.clone(),
            format: table.format.clone(),
            tokens: table.tokens,
            dates: table.dates,
            bytes_per_token: self.bytes_per_token(table.bytes_per_token.as_ref()),
            drop_identical: table.drop_identical,
            forecast: table.forecast.as_ref().map(|file| self.named(file)),
            notes: Vec::new(),
            change: None,
        }
    }

    pub(in crate::scenario) fn factor(&mut self, key: &str, written: Option<&Spanned<f64>>) -> f64 {
        let Some(written) = written else { return 1.0 };
        let factor = *written.get_ref();
        if !(factor > 0.0 && factor <= 1e6) {
            self.wrong(
                if key == "scale" { "scale-out-of-range" } else { "factor-out-of-range" },
                written.span(),
                format!("{key} out of range: {factor}"),
                "write a factor above 0 and at most 1,000,000",
            );
        }
        factor
    }

    pub(in crate::scenario) fn surge(&mut self, table: &SurgeTable) -> Option<Surge> {
        let from_us = self.duration("surge.at", Some(&table.at));
        let length_us = self.duration("surge.length", Some(&table.length));
        let factor = self.factor("surge.factor", Some(&table.factor));
        Some(Surge { from_us: from_us?, length_us: length_us?, factor })
    }

    fn repeat(&mut self, written: Option<&Spanned<RepeatValue>>) -> Repeat {
        let Some(written) = written else { return Repeat::Unstated };
        match written.get_ref() {
            RepeatValue::Whole(true) => Repeat::Whole,
            RepeatValue::Whole(false) => Repeat::No,
            RepeatValue::By(word) if word == "weeks" => Repeat::Weeks,
            RepeatValue::By(word) if word == "days" => Repeat::Days,
            RepeatValue::By(word) if word == "end-to-end" => Repeat::EndToEnd,
            RepeatValue::By(word) => {
                self.wrong(
                    "not-a-repetition",
                    written.span(),
                    format!("not a repetition: {word}"),
                    "write true, false, \"weeks\", \"days\" or \"end-to-end\"",
                );
                Repeat::No
            }
        }
    }

    fn bytes_per_token(&mut self, written: Option<&Spanned<u32>>) -> Option<u32> {
        let written = written?;
        let bytes = *written.get_ref();
        if bytes == 0 {
            self.wrong(
                "not-a-size",
                written.span(),
                "bytes_per_token is 0".to_owned(),
                "a token of English JSON is about 4 bytes",
            );
            return None;
        }
        Some(bytes)
    }

    fn totals(&mut self, written: Option<&Spanned<BucketModel>>) -> BucketModel {
        let Some(written) = written else { return BucketModel::default() };
        if let Some(fault) = written.get_ref().fault() {
            self.wrong(
                "not-a-model-of-totals",
                written.span(),
                format!("not a model of totals: {fault}"),
                "for example totals = { arrivals = \"even\", input_variation = 0.8 }",
            );
        }
        *written.get_ref()
    }

    fn named_at(
        &self,
        name: &str,
        span: std::ops::Range<usize>,
    ) -> crate::scenario::question::named::Named {
        let place: Place = self.place(span);
        crate::scenario::question::named::Named { name: name.into(), place }
    }
}
