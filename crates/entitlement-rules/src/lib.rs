//! entitlement-rules
