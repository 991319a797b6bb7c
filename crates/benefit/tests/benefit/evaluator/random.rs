//! Numbers that look random and are the same every time.

pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Xorshift64* (Vigna).
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From `from` until before `until`.
    pub fn from(&mut self, from: i64, until: i64) -> i64 {
        let width = u64::try_from(until - from).expect("a range");
        from + i64::try_from((self.next() >> 11) % width).expect("small")
    }

    /// True so many times of a hundred.
    pub fn chance(&mut self, of_hundred: i64) -> bool {
        self.from(0, 100) < of_hundred
    }

    pub fn maybe<T>(&mut self, of_hundred: i64, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.chance(of_hundred) { Some(value(self)) } else { None }
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.from(0, of.len() as i64)).expect("small")]
    }

    /// Some of the numbers below `count`, at least one, in any order.
    pub fn some(&mut self, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..count).collect();
        for index in (1..count).rev() {
            all.swap(index, usize::try_from(self.from(0, index as i64 + 1)).expect("small"));
        }
        all.truncate(usize::try_from(self.from(1, count as i64 + 1)).expect("small"));
        all
    }
}
