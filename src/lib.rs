//! Partner Support
