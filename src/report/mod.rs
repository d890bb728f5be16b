//! FLOOR 6. One view, many forms; bytes out.
