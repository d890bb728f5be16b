//! A plan as code to deploy: Bicep, Terraform, or a script of the Azure CLI.
//!
//! [`run`] reads `recommendation.json` of a run's folder, [`plan`] makes of one of its candidates what is to be deployed in one
//! region, in the platform's order, and each form writes that. None holds a key or an id, and none deletes anything.

mod bicep;
mod naming;
mod needed;
pub mod plan;
mod purchases;
pub mod run;
mod script;
mod standing;
mod terraform;
mod words;

use plan::DeployPlan;

/// The form of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A Bicep file.
    Bicep,
    /// A Terraform module for azurerm 4.15 to 5.9.
    Terraform4,
    /// A Terraform module for azurerm from 5.10 on.
    Terraform5,
    /// A bash script of the Azure CLI.
    Script,
}

/// The plan in a form.
pub fn export(
    plan: &DeployPlan,
    form: Form,
) -> Result<String, crate::units::diagnostic::Diagnostic> {
    match form {
        Form::Bicep => bicep::write(plan),
        Form::Terraform4 => terraform::write(plan, false),
        Form::Terraform5 => terraform::write(plan, true),
        Form::Script => script::write(plan),
    }
}
