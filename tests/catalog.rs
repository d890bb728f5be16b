//! The embedded catalogue: what it says, and what it refuses.

mod catalog {
    mod figures;
}
