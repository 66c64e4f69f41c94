//! Bytes as a signed call of the vendor's system.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| partner_support_fuzz::webhook_signature(bytes));
