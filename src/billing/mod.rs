//! FLOOR 3. Usage to money, a pure function: meter, rate, commitments, bill.
