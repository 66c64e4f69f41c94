//! Bytes as an issuer's rules and the claims of a token.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| partner_support_fuzz::claims_mapping(bytes));
