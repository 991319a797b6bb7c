//! The life of a visit against records kept in memory: every plan is applied as the store would apply it.
#![cfg(test)]

mod corrections;
mod given_up;
mod properties;
mod refusals;
mod story;
mod world;
