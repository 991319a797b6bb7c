//! benefit
