//! What a user would run instead and is not part of this repository. Found or skipped, never assumed.

use crate::clock::median;
use crate::reference;
use ptuplan::workload::trace::Trace;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs that were found, and the trace in their format.
pub(crate) struct Baselines {
    trace: PathBuf,
    kernel: Option<PathBuf>,
    scripts: Option<(PathBuf, PathBuf)>,
    scratch: PathBuf,
}

/// One run of another program: its own measure of its work, and the whole process by the wall clock, seconds.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "tables"), allow(dead_code, reason = "nothing runs a whole process"))]
pub(crate) struct Ran {
    pub(crate) processor: f64,
    pub(crate) wall: f64,
    pub(crate) process: f64,
}

impl Baselines {
    pub(crate) fn find(trace: &Trace) -> Self {
        let scratch = std::env::temp_dir().join("ptuplan-bench");
        std::fs::create_dir_all(&scratch).expect("a folder for scratch files");
        let path = scratch.join("trace.bin");
        let mut bytes = b"REFWORK1".to_vec();
        bytes.extend((trace.len() as u64).to_le_bytes());
        bytes.extend(trace.arrival_us.iter().flat_map(|at| at.to_le_bytes()));
        bytes.extend(trace.input_tokens.iter().flat_map(|tokens| tokens.to_le_bytes()));
        bytes.extend(trace.output_tokens.iter().flat_map(|tokens| tokens.to_le_bytes()));
        std::fs::write(&path, bytes).expect("room for the trace");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/performance");
        let kernel = kernel(&folder, &scratch);
        let scripts = python(&folder).map(|python| (python, folder.join("py")));
        Self { trace: path, kernel, scripts, scratch }
    }

    #[cfg(feature = "tables")]
    pub(crate) fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// The best known kernel for exactly this work: `mode` for one size or 32, on some threads.
    pub(crate) fn kernel(&self, mode: &str, runs: usize, threads: usize) -> Option<Ran> {
        let mut command = Command::new(self.kernel.as_ref()?);
        command.arg(&self.trace).arg(mode).arg(reference::CAPACITY.to_string());
        command.args([&runs.to_string(), &threads.to_string(), "no"]);
        Some(run(&mut command))
    }

    /// A script: its name, and the threads of a sweep over 32 sizes or none for a single run.
    pub(crate) fn script(&self, name: &str, runs: usize, sweep: Option<usize>) -> Option<Ran> {
        let (python, folder) = self.scripts.as_ref()?;
        let mut command = Command::new(python);
        command.arg(folder.join(name)).arg(&self.trace).arg(reference::CAPACITY.to_string());
        command.arg(runs.to_string()).env("NUMBA_CACHE_DIR", self.scratch.join("numba"));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        if let Some(threads) = sweep {
            command.env("SWEEP", threads.to_string());
        }
        Some(run(&mut command))
    }

    /// The median of a measure over some runs of a program.
    pub(crate) fn median(
        rounds: usize,
        ran: impl Fn() -> Option<Ran>,
        measure: impl Fn(Ran) -> f64,
    ) -> Option<f64> {
        let times: Option<Vec<f64>> = (0..rounds).map(|_| ran().map(&measure)).collect();
        times.map(median)
    }
}

/// Builds the kernel, which needs nothing but the compiler.
fn kernel(folder: &Path, scratch: &Path) -> Option<PathBuf> {
    let manifest = folder.join("rust/Cargo.toml");
    if !manifest.exists() {
        println!("SKIPPED: no {}: the best known kernel is not compared with", manifest.display());
        return None;
    }
    // The folder may be read-only, where Cargo could not write its lock file.
    let copy = scratch.join("kernel");
    let target = scratch.join("kernel-target");
    let copied = Command::new("cp").arg("-rT").arg(folder.join("rust")).arg(&copy).status();
    let writable = Command::new("chmod").args(["-R", "u+w"]).arg(&copy).status();
    let built = Command::new("cargo")
        .args(["build", "--release", "--quiet", "--manifest-path"])
        .arg(copy.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target)
        .status();
    let done = [copied, writable, built].into_iter().all(|s| s.is_ok_and(|s| s.success()));
    if !done {
        println!("SKIPPED: the best known kernel does not build");
    }
    done.then(|| target.join("release/fast"))
}

/// A Python that can run the scripts.
fn python(folder: &Path) -> Option<PathBuf> {
    let python =
        PathBuf::from(std::env::var_os("PTUPLAN_BENCH_PYTHON").unwrap_or("python3".into()));
    let able = Command::new(&python)
        .args(["-c", "import simpy, numba, numpy"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !able || !folder.join("py").is_dir() {
        println!(
            "SKIPPED: no Python with simpy, numba and numpy (PTUPLAN_BENCH_PYTHON), or no scripts"
        );
        return None;
    }
    Some(python)
}

/// Runs a program and reads the medians it prints of its own runs.
fn run(command: &mut Command) -> Ran {
    let mut output = None;
    let process = crate::clock::wall(|| output = command.output().ok());
    let text = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
    let text = text.expect("the baseline runs");
    let value = |name: &str| {
        let after = text.rsplit(name).next().expect("the baseline prints its times");
        let end = after.find(' ').unwrap_or(after.len());
        after[..end].trim().parse::<f64>().unwrap_or_else(|_| panic!("{command:?}: {text}"))
    };
    Ran { processor: value(" cpu_med="), wall: value(" wall_med="), process }
}
