//! A bounded queue between the callers and the worker threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::StoreError;

/// Work for worker threads. A full queue refuses at once, so that a flood is turned away at the door.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    capacity: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::new(State { waiting: VecDeque::new(), closed: false }),
            changed: Condvar::new(),
            capacity,
        }
    }

    /// Appends work.
    pub(crate) fn push(&self, work: T) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Unavailable("the store is shutting down".to_owned()));
        }
        if state.waiting.len() >= self.capacity {
            return Err(StoreError::Busy(state.waiting.len()));
        }
        state.waiting.push_back(work);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for work and takes up to `most` pieces in their order, as many as `together` says belong to the first;
    /// `None` once the queue is closed and empty.
    pub(crate) fn take(&self, most: usize, together: impl Fn(&T) -> bool) -> Option<Vec<T>> {
        let mut state = self.lock();
        loop {
            if let Some(first) = state.waiting.pop_front() {
                let grouped = together(&first);
                let mut taken = vec![first];
                while grouped && taken.len() < most && state.waiting.front().is_some_and(&together) {
                    taken.extend(state.waiting.pop_front());
                }
                return Some(taken);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Refuses new work; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// How much work waits.
    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // The state is consistent between any two statements, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_refuses_and_a_closed_one_drains() {
        let queue = Queue::new(2);
        assert_eq!(queue.push(1), Ok(()));
        assert_eq!(queue.push(2), Ok(()));
        assert_eq!(queue.push(3), Err(StoreError::Busy(2)));
        queue.close();
        assert!(matches!(queue.push(4), Err(StoreError::Unavailable(_))));
        assert_eq!(queue.take(8, |_| false), Some(vec![1]));
        assert_eq!(queue.take(8, |_| true), Some(vec![2]));
        assert_eq!(queue.take(8, |_| true), None);
    }

    #[test]
    fn work_is_grouped_only_with_its_own_kind_and_in_order() {
        let queue = Queue::new(10);
        for number in [2, 4, 5, 6, 8, 10] {
            queue.push(number).expect("room");
        }
        let even = |number: &i32| number % 2 == 0;
        assert_eq!(queue.take(8, even), Some(vec![2, 4]));
        assert_eq!(queue.take(8, even), Some(vec![5]));
        assert_eq!(queue.take(2, even), Some(vec![6, 8]));
        assert_eq!(queue.take(2, even), Some(vec![10]));
    }
}
