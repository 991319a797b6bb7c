//! The permutation of 19 digits: FF1 (NIST SP 800-38G) with radix 10 over SM4.

use fpe::ff1::{FF1, NumeralString, Operations};
use sm4::Sm4;

/// FF1 in decimal digits.
const RADIX: u32 = 10;
/// Digits that are permuted.
const DIGITS: usize = 19;

/// The permutation under one key.
pub(super) struct CodeCipher(FF1<Sm4>);

impl CodeCipher {
    /// The permutation under `key`. `None` if FF1 refused its radix, which it does not for ten.
    pub(super) fn new(key: &[u8; 16]) -> Option<Self> {
        FF1::new(key, RADIX).ok().map(Self)
    }

    /// Where `value`, a number of at most 19 digits, goes. `None` if it has more.
    pub(super) fn encrypt(&self, tweak: &[u8], value: u64) -> Option<u64> {
        let digits = Decimal::new(value, DIGITS)?;
        self.0.encrypt(tweak, &digits).ok().map(|permuted| permuted.value)
    }

    /// Where `value`, a number of at most 19 digits, came from. `None` if it has more.
    pub(super) fn decrypt(&self, tweak: &[u8], value: u64) -> Option<u64> {
        let digits = Decimal::new(value, DIGITS)?;
        self.0.decrypt(tweak, &digits).ok().map(|permuted| permuted.value)
    }
}

/// A string of decimal digits, held as the number it reads as. 19 digits fit 64 bits, so FF1 needs neither a list of
/// digits nor a big integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    value: u64,
    digits: usize,
}

impl Decimal {
    /// `value` written with `digits` digits, at most 19; `None` when it needs more.
    fn new(value: u64, digits: usize) -> Option<Self> {
        (digits <= DIGITS && value < power_of_ten(digits)).then_some(Self { value, digits })
    }
}

/// 10 to the power of `exponent`, which is at most 19.
fn power_of_ten(exponent: usize) -> u64 {
    (0..exponent).fold(1, |power, _| power * 10)
}

impl NumeralString for Decimal {
    type Ops = Self;

    fn is_valid(&self, radix: u32) -> bool {
        radix == RADIX
    }

    fn numeral_count(&self) -> usize {
        self.digits
    }

    fn split(&self) -> (Self, Self) {
        let front = self.digits / 2;
        let back = self.digits - front;
        let modulus = power_of_ten(back);
        (
            Self { value: self.value / modulus, digits: front },
            Self { value: self.value % modulus, digits: back },
        )
    }

    fn concat(front: Self, back: Self) -> Self {
        Self {
            value: front.value * power_of_ten(back.digits) + back.value,
            digits: front.digits + back.digits,
        }
    }
}

impl Operations for Decimal {
    type Bytes = BigEndian;

    fn numeral_count(&self) -> usize {
        self.digits
    }

    fn to_be_bytes(&self, _radix: u32, length: usize) -> BigEndian {
        // A half has at most ten digits, for which FF1 asks for five bytes.
        BigEndian { bytes: self.value.to_be_bytes(), length }
    }

    fn add_mod_exp(self, other: impl Iterator<Item = u8>, _radix: u32, digits: usize) -> Self {
        let modulus = power_of_ten(digits);
        Self { value: (self.value + remainder(other, modulus)) % modulus, digits }
    }

    fn sub_mod_exp(self, other: impl Iterator<Item = u8>, _radix: u32, digits: usize) -> Self {
        let modulus = power_of_ten(digits);
        Self { value: (self.value + modulus - remainder(other, modulus)) % modulus, digits }
    }
}

/// The big-endian number in `bytes`, modulo `modulus`. A half has at most ten digits, so nothing here reaches 2⁴³.
fn remainder(bytes: impl Iterator<Item = u8>, modulus: u64) -> u64 {
    bytes.fold(0, |rest, byte| (rest * 256 + u64::from(byte)) % modulus)
}

/// The last `length` bytes of a big-endian number.
struct BigEndian {
    bytes: [u8; 8],
    length: usize,
}

impl AsRef<[u8]> for BigEndian {
    fn as_ref(&self) -> &[u8] {
        let start = self.bytes.len().saturating_sub(self.length);
        self.bytes.get(start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use aes::{Aes128, Aes192, Aes256};
    use fpe::ff1::FlexibleNumeralString;
    use proptest::prelude::*;
    use sm4::cipher::{Array, BlockCipherEncrypt, KeyInit};

    use super::*;

    /// The sample of NIST's FF1 document with this key and tweak: 0123456789 goes to `expected`.
    fn check_nist_sample<C>(key: &str, tweak: &str, expected: u64)
    where
        C: KeyInit + BlockCipherEncrypt + Clone,
    {
        let ff1 = FF1::<C>::new(&hex::decode(key).expect("hex"), RADIX).expect("radix ten");
        let tweak = hex::decode(tweak).expect("hex");
        let plain = Decimal::new(123_456_789, 10).expect("ten digits");
        let permuted = ff1.encrypt(&tweak, &plain).expect("ten digits");
        assert_eq!(permuted, Decimal { value: expected, digits: 10 });
        assert_eq!(ff1.decrypt(&tweak, &permuted), Ok(plain));
    }

    /// NIST, "FF1 samples", numbers 1, 2, 4, 5, 7 and 8: the decimal ones.
    #[test]
    fn the_published_decimal_samples_come_out() {
        let key = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94";
        let tweak = "39383736353433323130";
        check_nist_sample::<Aes128>(&key[..32], "", 2_433_477_484);
        check_nist_sample::<Aes128>(&key[..32], tweak, 6_124_200_773);
        check_nist_sample::<Aes192>(&key[..48], "", 2_830_668_132);
        check_nist_sample::<Aes192>(&key[..48], tweak, 2_496_655_549);
        check_nist_sample::<Aes256>(key, "", 6_657_667_009);
        check_nist_sample::<Aes256>(key, tweak, 1_001_623_463);
    }

    /// GB/T 32907-2016, annex A, example 1.
    #[test]
    fn the_published_sm4_block_comes_out() {
        let key = hex::decode("0123456789ABCDEFFEDCBA9876543210").expect("hex");
        let sm4 = Sm4::new_from_slice(&key).expect("16 bytes");
        let mut block = Array::try_from(key.as_slice()).expect("16 bytes");
        sm4.encrypt_block(&mut block);
        assert_eq!(hex::encode_upper(block), "681EDF34D206965E86B3E94F536E4246");
    }

    #[test]
    fn numbers_of_more_than_19_digits_are_refused() {
        let cipher = CodeCipher::new(&[1; 16]).expect("radix ten");
        let largest = 9_999_999_999_999_999_999;
        assert!(cipher.encrypt(b"", largest).is_some());
        assert_eq!(cipher.encrypt(b"", largest + 1), None);
        assert_eq!(cipher.decrypt(b"", u64::MAX), None);
    }

    fn list_of_digits(value: u64) -> FlexibleNumeralString {
        FlexibleNumeralString::from(
            format!("{value:019}").bytes().map(|b| u16::from(b - b'0')).collect::<Vec<_>>(),
        )
    }

    proptest! {
        /// The crate's own list of digits, which counts with big integers, agrees with our numbers.
        #[test]
        fn numbers_and_lists_of_digits_agree(
            key: [u8; 16],
            tweak in prop::collection::vec(any::<u8>(), 0..40),
            value in 0..10_000_000_000_000_000_000_u64,
        ) {
            let cipher = CodeCipher::new(&key).expect("radix ten");
            let permuted = cipher.encrypt(&tweak, value).expect("19 digits");
            let reference = FF1::<Sm4>::new(&key, RADIX).expect("radix ten");
            let listed = reference.encrypt(&tweak, &list_of_digits(value)).expect("19 digits");
            prop_assert_eq!(Vec::<u16>::from(listed), Vec::<u16>::from(list_of_digits(permuted)));
            prop_assert_eq!(cipher.decrypt(&tweak, permuted), Some(value));
        }
    }
}
