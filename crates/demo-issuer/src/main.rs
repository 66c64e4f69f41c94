//! demo-issuer
fn main() {}
