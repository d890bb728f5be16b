//! What was read for the question before: the same requests as read again, and no file twice.

use ptuplan::files::kept::KeptTraffic;
use ptuplan::files::traffic::{Folders, traces};
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::workload::trace::Trace;
use std::fs::{self, File};
use std::path::Path;

fn scenario(traffic: &str) -> Scenario {
    let text = format!(
        "name = \"Kept\"\nstart = 2026-12-07\nlength = \"1 day\"\nzone = \"UTC\"\n\
         region = \"swedencentral\"\n[[workload]]\nname = \"chat\"\nmodel = \"gpt-4.1\"\n\
         max_output_tokens = 100\nclient = \"openai-sdk\"\n{traffic}\n\
         [slo]\nthrottled_share = \"1 %\"\n[allow]\nsku = [\"GlobalStandard\"]\ncommitment = [\"hourly\"]\n[subscription]\nquota_tier = \"Tier 5\"\n"
    );
    load("kept.toml", &text).unwrap()
}

fn log(tokens: u32) -> String {
    let row = |minute: u32| {
        format!(
            "2026-12-07T{:02}:{:02}:{:02}Z,{tokens},20,a\n",
            minute / 60,
            minute % 60,
            minute * 7 % 60
        )
    };
    let rows: String = (0..1_440).map(row).collect();
    format!("timestamp,input_tokens,output_tokens,user\n{rows}")
}

fn requests(traffic: &str, folder: &Path, kept: Option<&KeptTraffic>) -> Vec<Trace> {
    let path = folder.join("kept.toml");
    let folders = Folders { kept, ..Folders::of(&path) };
    traces(&scenario(traffic), &folders, None).unwrap().0
}

#[test]
fn another_scale_of_a_log_or_a_spec_gives_what_reading_it_again_gives() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log.csv"), log(300)).unwrap();
    let synth = "[workload.traffic]\nscale = 1\n[workload.traffic.synth]\n\
        [[workload.traffic.synth.client]]\nname = \"a\"\nrate_per_minute = 2\n\
        input_tokens = 300\noutput_tokens = 20\n";
    let of_log = |more: &str| format!("traffic = {{ trace = \"log.csv\"{more} }}");
    let asked = [
        of_log(""),
        of_log(", scale = 0.5"),
        of_log(", scale = 3"),
        of_log(", slice = [\"1 h\", \"5 h\"], repeat = true"),
        of_log(", where = { user = \"a\" }"),
        synth.to_owned(),
        synth.replace("scale = 1", "scale = 2"),
    ];
    let kept = KeptTraffic::within(1 << 20);
    for traffic in asked {
        let again = requests(&traffic, folder.path(), None);
        assert_eq!(requests(&traffic, folder.path(), Some(&kept)), again, "{traffic}");
    }
}

#[test]
fn a_log_is_read_again_when_it_changed_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    fs::write(&path, log(300)).unwrap();
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    let input = |scale: u32, kept: &KeptTraffic| {
        let traffic = format!("traffic = {{ trace = \"log.csv\", scale = {scale} }}");
        requests(&traffic, folder.path(), Some(kept))[0].input_tokens[0]
    };
    let (kept, nothing) = (KeptTraffic::within(1 << 20), KeptTraffic::within(1_000));
    assert_eq!([input(1, &kept), input(1, &nothing)], [300, 300]);

    // As long and as old as it was: only who reads it sees another one.
    fs::write(&path, log(500)).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
    assert_eq!(input(2, &kept), 300);
    assert_eq!(input(2, &nothing), 500, "what is larger than may be kept is read again");

    let later = written + std::time::Duration::from_secs(1);
    File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    assert_eq!(input(3, &kept), 500);
}
