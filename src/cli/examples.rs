//! Examples under the help of every command. `tests/cli` runs through them all.

pub(super) const RECOMMEND: &str = "\
Examples:
  ptuplan recommend scenarios/quickstart.toml
  ptuplan recommend scenario.toml --out plan --tables csv
  ptuplan recommend scenario.toml --format json | jq .choice.monthly_cost";

pub(super) const SIMULATE: &str = "\
Examples:
  ptuplan simulate scenarios/ptu-with-spillover.toml
  ptuplan simulate scenario.toml --request 17,4022      why these two were answered as they were
  ptuplan simulate scenario.toml --out run --format json";

pub(super) const COMPARE: &str = "\
Examples:
  ptuplan compare scenarios/quickstart.toml scenarios/ptu-with-spillover.toml";

pub(super) const SWEEP: &str = "\
Examples:
  ptuplan sweep scenario.toml --shard 1/4 -o part-1.json
  ptuplan sweep scenario.toml --sizes 100..300 --replications 8 -o whole.json";

pub(super) const MERGE: &str = "\
Examples:
  ptuplan merge part-1.json part-2.json part-3.json part-4.json -o whole.json";

pub(super) const SIZE: &str = "\
Examples:
  ptuplan size --model gpt-5.2 --sku DataZoneProvisionedManaged --rpm 1000 --input 200 --output 20
  ptuplan size --model gpt-4.1 --sku GlobalProvisionedManaged --rpm 500 --input 2_000 --output 300 \\
      --cache-rate 40%
  ptuplan size --model gpt-4.1 --rpm 500 --input 2_000 --output 300 --buffer 15% --utilization 70%
  ptuplan size --model gpt-4.1 --shape 500,2000,300 --shape 20,90000,1200,50%";

pub(super) const CATALOG: &str = "\
Examples:
  ptuplan catalog list --provider openai --region swedencentral
  ptuplan catalog show gpt-4.1
  ptuplan catalog show --assumptions
  ptuplan catalog check";

pub(super) const PRICE: &str = "\
Examples:
  ptuplan price usage.csv
  ptuplan price focus-export.csv --format json
  ptuplan price usage.csv --focus bill.csv --billing-account 123 --subscription abc";

pub(super) const REGRESS: &str = "\
Examples:
  ptuplan regress tests/rules/billing
  ptuplan regress scenarios/regression --junit regress.xml
  ptuplan regress scenarios/regression --accept       then read the difference before you commit it";

pub(super) const DIFF: &str = "\
Examples:
  ptuplan diff embedded new-data scenarios/quickstart.toml
  ptuplan diff old new scenario.toml --format markdown --fail-above 5%";

pub(super) const EXPLAIN: &str = "\
Examples:
  ptuplan explain scenarios/ptu-with-spillover.toml 3
  ptuplan explain usage.csv 12";

pub(super) const SYNTH: &str = "\
Examples:
  ptuplan synth spec.toml -o traffic.csv
  ptuplan synth spec.toml --seed 8 --format json";

pub(super) const TRACE: &str = "\
Examples:
  ptuplan trace summarize azure-2023-conversation
  ptuplan trace import gateway-log.csv -o trace.csv --anonymise
  ptuplan trace fit trace.csv -o spec.toml";

pub(super) const COMPLETIONS: &str = "\
Examples:
  ptuplan completions bash > ~/.local/share/bash-completion/completions/ptuplan
  ptuplan completions zsh > ~/.zfunc/_ptuplan
  ptuplan completions powershell >> $PROFILE";

pub(super) const CALIBRATE: &str = "\
Examples:
  ptuplan calibrate scenario.toml --observed gateway.csv
  ptuplan calibrate scenario.toml --observed gateway.csv --out fitted/";

pub(super) const EXPORT: &str = "\
Examples:
  ptuplan recommend scenarios/quickstart.toml --out run
  ptuplan export run --form bicep
  ptuplan export run --form terraform --azurerm 5 --name chat -o plan.tf
  ptuplan export run --form az > plan.sh

The order is quota, deployment, reservation. Nothing is deleted, and no key is written.";

#[cfg(feature = "open")]
pub(super) const OPEN: &str = "\
Examples:
  ptuplan open scenarios/quickstart.toml
  ptuplan open                       starts a new scenario.toml
  ptuplan open scenario.toml --no-browser --port 8080

The server is on this machine alone. The printed address opens the page once; Ctrl-C ends it.";
