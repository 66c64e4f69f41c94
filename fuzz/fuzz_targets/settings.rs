//! Bytes as a settings file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| partner_support_fuzz::settings(bytes));
