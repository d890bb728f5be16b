//! The whole program: from its start to its result.

use crate::baselines::Baselines;
use crate::rows::Table;
use ptuplan::workload::trace::Trace;

#[cfg(not(feature = "tables"))]
pub(crate) fn measure(_: &Trace, _: &Baselines, _: &mut Table) {
    println!("SKIPPED: the program and Parquet need the default features");
}

#[cfg(feature = "tables")]
pub(crate) fn measure(trace: &Trace, baselines: &Baselines, table: &mut Table) {
    use crate::clock::{by_wall, medians};
    use crate::rows::Budget::{AtLeast, AtMost, None as Shown};
    use ptuplan::workload::import::Imported;
    use ptuplan::workload::packed::write_packed;
    use std::path::Path;
    use std::process::{Command, Stdio};

    let folder = baselines.scratch();
    let bytes = ptuplan::workload::tables::write_trace(trace).expect("a trace is written");
    std::fs::write(folder.join("reference.parquet"), bytes).expect("room for the trace");
    let scenario = folder.join("reference.toml");
    let text = include_str!("reference.toml");
    std::fs::write(&scenario, text).expect("room for the scenario");
    let imported = Imported { trace: trace.clone(), ..Imported::default() };
    let bytes = write_packed(Vec::new(), &imported).expect("a trace is written");
    std::fs::write(folder.join("reference.trace"), bytes).expect("room for the trace");
    let packed = folder.join("packed.toml");
    std::fs::write(&packed, text.replace(".parquet", ".trace")).expect("room for the scenario");
    let program = || Command::new(env!("CARGO_BIN_EXE_ptuplan"));
    let ran = |command: &mut Command| {
        let status = command.stdout(Stdio::null()).status().expect("the program starts");
        assert!(matches!(status.code(), Some(0 | 1)), "{command:?} ended with {status}");
    };
    let simulate = |scenario: &Path| {
        ran(program().arg("simulate").arg(scenario).args(["--format", "json", "--quiet"]));
    };
    let [started, listed, simulated, from_packed] = medians(
        11,
        by_wall,
        [
            &|| ran(program().arg("--version")),
            &|| ran(program().args(["catalog", "check", "--quiet"])),
            &|| simulate(&scenario),
            &|| simulate(&packed),
        ],
    );
    let ms = |seconds: f64| seconds * 1e3;
    let how = "medians of 11 processes in turn, wall clock";
    table.add("start of the program, ms", ms(started), Shown, how);
    table.add("start with the whole catalogue checked, ms", ms(listed), AtMost(50.0), how);
    let what = "simulate --format json, Parquet of 1,000,000 rows, ms";
    table.add(what, ms(simulated), Shown, how);
    table.add("the same from a trace file, ms", ms(from_packed), Shown, how);
    for (script, rounds, what, budget) in [
        ("sim_numba.py", 3, "numba script / simulate, whole process", 8.0),
        ("sim_simpy.py", 1, "SimPy script / simulate, whole process", 50.0),
    ] {
        let other = Baselines::median(rounds, || baselines.script(script, 1, None), |r| r.process);
        let how = "wall clock; the script reads raw binary columns";
        table.add_if(what, other.map(|other| other / simulated), AtLeast(budget), how);
        let what = format!("{what}, from a trace file");
        table.add_if(&what, other.map(|other| other / from_packed), AtLeast(budget), how);
    }
}
