//! FLOOR 5. Candidates, search, frontier, recommendation.
