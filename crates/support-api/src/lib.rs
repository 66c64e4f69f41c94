//! support-api
