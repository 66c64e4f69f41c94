//! Bytes as the body of POST /verdicts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| partner_support_fuzz::verdict_body(bytes));
