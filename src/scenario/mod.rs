//! FLOOR 4. The question: schema, load, resolve (the only joint of catalog and engine), evaluate.
