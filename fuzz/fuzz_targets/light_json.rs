//! Bytes as whatever the browser reads.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| partner_support_fuzz::light_json(bytes));
