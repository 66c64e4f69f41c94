//! support-server
fn main() {}
