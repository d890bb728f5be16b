//! FLOOR 7. Arguments, files, terminal, progress, exit codes.
