//! The hospital interface, by a hospital's system against the router on a real listener.

mod bad_input;
mod codes;
mod flow;
mod oddities;
mod repetition;
mod reversal;
mod signature;
mod world;
