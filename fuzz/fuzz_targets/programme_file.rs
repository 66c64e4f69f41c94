//! Bytes as a programme's file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| partner_support_fuzz::programme_file(bytes));
