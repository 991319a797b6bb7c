//! Fee items (费用明细) and the catalogue (目录) that classes them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::money::{Fen, Price, Quantity, Rate};
use crate::person::CodeError;

/// The class of a catalogue item (收费项目等级, `chrgitm_lv`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CatalogueClass {
    /// 甲类: the whole amount is in scope.
    A,
    /// 乙类: the person pays a share first, the rest is in scope.
    B,
    /// 丙类: the person pays everything.
    C,
}

impl CatalogueClass {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::A => "01",
            Self::B => "02",
            Self::C => "03",
        }
    }

    /// Whether an item of the class may have this share of first self-payment: none of class A, all of class C, less than
    /// all of class B.
    #[must_use]
    pub fn allows(self, first_self_pay: Rate) -> bool {
        match self {
            Self::A => first_self_pay == Rate::ZERO,
            Self::B => first_self_pay >= Rate::ZERO && first_self_pay < Rate::ONE,
            Self::C => first_self_pay == Rate::ONE,
        }
    }

    /// The share of first self-payment that the class alone says; of class B each item says it.
    #[must_use]
    pub const fn first_self_pay(self) -> Option<Rate> {
        match self {
            Self::A => Some(Rate::ZERO),
            Self::B => None,
            Self::C => Some(Rate::ONE),
        }
    }
}

impl FromStr for CatalogueClass {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        match text {
            "01" => Ok(Self::A),
            "02" => Ok(Self::B),
            "03" => Ok(Self::C),
            _ => Err(CodeError::new(text, "chrgitm_lv")),
        }
    }
}

/// What kind of charge an item is (医疗收费项目类别, `med_chrgitm_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeCategory {
    /// 床位费, 01.
    Bed,
    /// 诊察费, 02.
    Consultation,
    /// 检查费, 03.
    Examination,
    /// 化验费, 04.
    Laboratory,
    /// 治疗费, 05.
    Treatment,
    /// 手术费, 06.
    Surgery,
    /// 护理费, 07.
    Nursing,
    /// 卫生材料费, 08.
    Material,
    /// 西药费, 09.
    WesternDrug,
    /// 中药饮片费, 10.
    HerbalPieces,
    /// 中成药费, 11.
    ChineseDrug,
    /// 一般诊疗费, 12.
    GeneralTreatment,
    /// 挂号费, 13.
    Registration,
    /// 其他费, 14.
    Other,
}

impl FeeCategory {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bed => "01",
            Self::Consultation => "02",
            Self::Examination => "03",
            Self::Laboratory => "04",
            Self::Treatment => "05",
            Self::Surgery => "06",
            Self::Nursing => "07",
            Self::Material => "08",
            Self::WesternDrug => "09",
            Self::HerbalPieces => "10",
            Self::ChineseDrug => "11",
            Self::GeneralTreatment => "12",
            Self::Registration => "13",
            Self::Other => "14",
        }
    }
}

impl FromStr for FeeCategory {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        match text {
            "01" => Ok(Self::Bed),
            "02" => Ok(Self::Consultation),
            "03" => Ok(Self::Examination),
            "04" => Ok(Self::Laboratory),
            "05" => Ok(Self::Treatment),
            "06" => Ok(Self::Surgery),
            "07" => Ok(Self::Nursing),
            "08" => Ok(Self::Material),
            "09" => Ok(Self::WesternDrug),
            "10" => Ok(Self::HerbalPieces),
            "11" => Ok(Self::ChineseDrug),
            "12" => Ok(Self::GeneralTreatment),
            "13" => Ok(Self::Registration),
            "14" => Ok(Self::Other),
            _ => Err(CodeError::new(text, "med_chrgitm_type")),
        }
    }
}

/// One item of a region's catalogue as it is in force on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueItem {
    /// National catalogue code (`med_list_codg`).
    pub code: String,
    /// Name.
    pub name: String,
    /// Specification and unit as printed on a bill, such as `0.5g×24片/盒`.
    pub specification: String,
    /// Class.
    pub class: CatalogueClass,
    /// Kind of charge.
    pub category: FeeCategory,
    /// Share that the person pays first (先行自付比例); zero for class A, one for class C.
    pub first_self_pay: Rate,
    /// Highest unit price in scope, if there is one (`pric_uplmt_amt`).
    pub price_ceiling: Option<Price>,
    /// Whether the item is reimbursed only under conditions (`lmt_used_flag`).
    pub limited_use: bool,
    /// The group of items that the region's policy has rules of its own for, such as special drugs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// One line of a bill as the institution sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeItem {
    /// The institution's serial number, unique in the visit (`feedetl_sn`).
    pub serial: String,
    /// The institution's batch number (`chrg_bchno`).
    pub batch: String,
    /// National catalogue code (`med_list_codg`).
    pub item_code: String,
    /// The institution's own code (`medins_list_codg`).
    pub institution_item_code: String,
    /// When the fee occurred.
    pub occurred: Instant,
    /// Unit price.
    pub price: Price,
    /// Quantity.
    pub quantity: Quantity,
    /// Line amount; equals price times quantity to the fen.
    pub amount: Fen,
    /// Outcome of the hospital's approval of limited use (`hosp_appr_flag`): `None` not needed, else passed or not.
    pub approved: Option<bool>,
}

/// How one line divides by the catalogue, before any deductible or ratio. The four parts add up to the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSplit {
    /// Class that was applied.
    pub class: CatalogueClass,
    /// Kind of charge.
    pub category: FeeCategory,
    /// Share that the person pays first.
    pub first_self_pay_rate: Rate,
    /// Price ceiling that was applied, if any.
    pub price_ceiling: Option<Price>,
    /// Whether the item is of limited use.
    pub limited_use: bool,
    /// 全自费.
    pub fully_self_paid: Fen,
    /// 超限价自费.
    pub over_limit: Fen,
    /// 先行自付.
    pub first_self_paid: Fen,
    /// 符合政策范围.
    pub in_scope: Fen,
}
