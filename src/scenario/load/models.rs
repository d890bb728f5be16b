//! The models a workload may be served by: `model = "gpt-4.1"`, or today's first and the allowed alternatives after it,
//! `model = ["gpt-4.1", "gpt-4.1-mini"]`, each for all calls or, by `model_share`, for some of them.

use crate::scenario::load::Check;
use crate::scenario::question::named::Alternative;
use crate::scenario::question::named::Named;
use crate::scenario::question::waits::ALL_CALLS_PPM;
use crate::scenario::question::workload::Workload;
use crate::scenario::schema::WorkloadTable;

impl Check<'_> {
    /// Today's model of a workload and the alternatives to it. None when no model is named.
    pub(crate) fn models(&mut self, table: &WorkloadTable) -> Option<(Named, Vec<Alternative>)> {
        let (written, shares) = (&table.model, &table.model_share);
        let place = self.place(written.span());
        let model = |name: &String| Named { name: name.as_str().into(), place: place.clone() };
        let names = written.get_ref().all();
        let Some((today, others)) = names.split_first() else {
            let hint = "name today's model first";
            self.wrong("no-model", written.span(), "no model: an empty list".into(), hint);
            return None;
        };
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                let message = format!("model named twice: {name}");
                self.wrong("model-named-twice", written.span(), message, "name each model once");
            }
        }
        let in_sessions = table.calls.as_ref().is_some_and(|calls| calls.sessions.is_some());
        for (name, share) in shares {
            if !others.contains(name) {
                let message = format!("share of a model that is no alternative: {name}");
                let hint = "list it in `model`, after today's";
                self.wrong("share-without-model", share.span(), message, hint);
            }
            if in_sessions {
                let message = format!("share of a closed loop: {name}");
                let hint = "a session calls one model: drop model_share or calls.sessions";
                self.wrong("share-of-sessions", share.span(), message, hint);
            }
        }
        let mut alternatives = Vec::new();
        for name in others {
            let mut share_ppm = ALL_CALLS_PPM;
            if let Some(share) = shares.get(name) {
                share_ppm = self.share("model_share", share).unwrap_or(ALL_CALLS_PPM);
                if share_ppm == 0 {
                    let message = format!("share of nothing: {name}");
                    let hint = "write above \"0 %\", or drop the model";
                    self.wrong("share-of-nothing", share.span(), message, hint);
                }
            }
            alternatives.push(Alternative { model: model(name), share_ppm });
        }
        Some((model(today), alternatives))
    }

    /// `[allow].model`: alternatives of every workload beside those it names itself.
    pub(super) fn allowed_models(
        &mut self,
        allowed: &[toml::Spanned<String>],
        workloads: &mut [Workload],
    ) {
        for workload in workloads {
            for written in allowed
                .iter()
                .filter(|name| !workload.may_call(name.get_ref()))
                .cloned()
                .collect::<Vec<_>>()
            {
                let model = self.named(&written);
                workload.alternatives.push(Alternative { model, share_ppm: ALL_CALLS_PPM });
            }
        }
    }
}
