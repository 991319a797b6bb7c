//! The business for which a code is decoded or a face is checked (用码业务类型, `businessType`).

use std::fmt;
use std::str::FromStr;

use model::person::CodeError;
use serde::{Deserialize, Serialize};

/// A business at an institution, with its national code of five digits (`businessType`; `bizType` in channel calls).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BusinessType {
    /// 挂号, 01101: registering an outpatient.
    Registration,
    /// 住院建档, 01102: opening an inpatient's file.
    InpatientFile,
    /// 入院登记, 01103: admission.
    Admission,
    /// 缴纳预缴金, 01104: paying a deposit.
    Prepayment,
    /// 问诊, 01201: an outpatient consultation.
    Consultation,
    /// 预约检查, 01202: booking an examination.
    ExaminationBooking,
    /// 检查, 01203: an examination.
    Examination,
    /// 治疗, 01204: a treatment.
    Treatment,
    /// 结算, 01301: settling an outpatient bill.
    Settlement,
    /// 取药, 01302: collecting medicine.
    MedicineCollection,
    /// 药店购药, 02121: buying at a pharmacy.
    PharmacyPurchase,
    /// 下载外购处方, 02122: fetching a prescription to be filled outside the hospital.
    ExternalPrescription,
    /// 线上移动支付, 04107: paying online.
    OnlinePayment,
}

impl BusinessType {
    /// Every business, in the order of the codes.
    pub const ALL: [Self; 13] = [
        Self::Registration,
        Self::InpatientFile,
        Self::Admission,
        Self::Prepayment,
        Self::Consultation,
        Self::ExaminationBooking,
        Self::Examination,
        Self::Treatment,
        Self::Settlement,
        Self::MedicineCollection,
        Self::PharmacyPurchase,
        Self::ExternalPrescription,
        Self::OnlinePayment,
    ];

    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Registration => "01101",
            Self::InpatientFile => "01102",
            Self::Admission => "01103",
            Self::Prepayment => "01104",
            Self::Consultation => "01201",
            Self::ExaminationBooking => "01202",
            Self::Examination => "01203",
            Self::Treatment => "01204",
            Self::Settlement => "01301",
            Self::MedicineCollection => "01302",
            Self::PharmacyPurchase => "02121",
            Self::ExternalPrescription => "02122",
            Self::OnlinePayment => "04107",
        }
    }
}

impl fmt::Display for BusinessType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for BusinessType {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::ALL
            .into_iter()
            .find(|business| business.code() == text)
            .ok_or_else(|| CodeError::new(text, "businessType"))
    }
}

impl TryFrom<String> for BusinessType {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<BusinessType> for String {
    fn from(business: BusinessType) -> Self {
        business.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_five_digits_ascending_and_read_back() {
        let codes = BusinessType::ALL.map(BusinessType::code);
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        for business in BusinessType::ALL {
            assert_eq!(business.code().len(), 5);
            assert_eq!(business.code().parse(), Ok(business));
        }
        assert_eq!("01301".parse(), Ok(BusinessType::Settlement));
        assert!("01105".parse::<BusinessType>().is_err());
        assert!("1301".parse::<BusinessType>().is_err());
    }
}
