//! 2204 门诊费用明细信息上传 and 2205 门诊费用明细信息撤销.

use model::{
    CatalogueClass, FeeCategory, FeeItem, Fen, Instant, LineSplit, PersonId, Price, Quantity, Rate, VisitId,
};

use super::Message;
use super::code::Approval;
use super::encoded::PriceCeiling;
use super::extension::Extension;
use super::record::{Member, record, single_node};
use crate::Object;
use crate::arithmetic::{self, ArithmeticError};
use crate::check::Problem;

record! {
    /// One fee item: node `feedetail` of 2204.
    pub struct FeeLine {
        /// The institution's serial number, unique in the visit (`feedetl_sn`).
        serial: String = "feedetl_sn",
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// The institution's batch number (`chrg_bchno`).
        batch: String = "chrg_bchno",
        /// Disease of a special list; one for a whole batch (`dise_codg`).
        disease: Option<String> = "dise_codg",
        /// Number of the prescription (`rxno`).
        prescription: Option<String> = "rxno",
        /// Whether the prescription came from outside (`rx_circ_flag`).
        outside_prescription: bool = "rx_circ_flag",
        /// When the fee occurred (`fee_ocur_time`).
        occurred: Instant = "fee_ocur_time",
        /// National catalogue code (`med_list_codg`).
        item_code: String = "med_list_codg",
        /// The institution's own code (`medins_list_codg`).
        institution_item_code: String = "medins_list_codg",
        /// Line amount (`det_item_fee_sumamt`).
        amount: Fen = "det_item_fee_sumamt",
        /// Quantity (`cnt`).
        quantity: Quantity = "cnt",
        /// Unit price (`pric`).
        price: Price = "pric",
        /// Dose (`sin_dos_dscr`).
        dose: Option<String> = "sin_dos_dscr",
        /// Frequency (`used_frqu_dscr`).
        frequency: Option<String> = "used_frqu_dscr",
        /// Days that it lasts (`prd_days`).
        days: Option<Quantity> = "prd_days",
        /// Way of use (`medc_way_dscr`).
        way: Option<String> = "medc_way_dscr",
        /// Ordering department (`bilg_dept_codg`).
        department: String = "bilg_dept_codg",
        /// Name of it (`bilg_dept_name`).
        department_name: String = "bilg_dept_name",
        /// National code of the ordering doctor (`bilg_dr_codg`).
        doctor: String = "bilg_dr_codg",
        /// Name of the doctor (`bilg_dr_name`).
        doctor_name: String = "bilg_dr_name",
        /// The hospital's approval of limited use (`hosp_appr_flag`).
        approval: Approval = "hosp_appr_flag",
        /// Remark (`memo`).
        remark: Option<String> = "memo",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// How one line divides: node `result` of the reply of 2204, node `detlcutinfo` of the replies of 2101 and 2102.
    pub struct LineResult {
        /// The institution's serial number (`feedetl_sn`).
        serial: String = "feedetl_sn",
        /// Line amount (`det_item_fee_sumamt`).
        amount: Fen = "det_item_fee_sumamt",
        /// Quantity (`cnt`).
        quantity: Quantity = "cnt",
        /// Unit price (`pric`).
        price: Price = "pric",
        /// Highest unit price in scope (`pric_uplmt_amt`).
        price_ceiling: PriceCeiling = "pric_uplmt_amt",
        /// Share that the person pays first (`selfpay_prop`).
        first_self_pay_rate: Rate = "selfpay_prop" else Rate::ZERO,
        /// 全自费 (`fulamt_ownpay_amt`).
        fully_self_paid: Fen = "fulamt_ownpay_amt" else Fen::ZERO,
        /// 超限价自费 (`overlmt_amt`, in headers called `overlmt_selfpay`).
        over_limit: Fen = "overlmt_amt" else Fen::ZERO,
        /// 先行自付 (`preselfpay_amt`).
        first_self_paid: Fen = "preselfpay_amt" else Fen::ZERO,
        /// 符合政策范围 (`inscp_scp_amt`).
        in_scope: Fen = "inscp_scp_amt" else Fen::ZERO,
        /// Catalogue class (`chrgitm_lv`).
        class: CatalogueClass = "chrgitm_lv",
        /// Kind of charge (`med_chrgitm_type`).
        category: FeeCategory = "med_chrgitm_type",
        /// Whether the item is reimbursed only under conditions (`lmt_used_flag`).
        limited_use: bool = "lmt_used_flag" else false,
        /// Remark (`memo`).
        remark: Option<String> = "memo",
    }

    /// Request of 2205: withdraws unsettled fee items.
    pub struct FeeCancellation {
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The batch, or `0000` for all unsettled items (`chrg_bchno`).
        batch: String = "chrg_bchno",
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }
}

single_node!(FeeCancellation = "data");

impl FeeCancellation {
    /// The batch number that means every unsettled item.
    pub const ALL: &'static str = "0000";

    /// Whether every unsettled item is withdrawn.
    #[must_use]
    pub fn is_for_all(&self) -> bool {
        self.batch == Self::ALL
    }
}

impl FeeLine {
    /// The line as a bill keeps it.
    #[must_use]
    pub fn to_fee_item(&self) -> FeeItem {
        FeeItem {
            serial: self.serial.clone(),
            batch: self.batch.clone(),
            item_code: self.item_code.clone(),
            institution_item_code: self.institution_item_code.clone(),
            occurred: self.occurred,
            price: self.price,
            quantity: self.quantity,
            amount: self.amount,
            approved: self.approval.outcome(),
        }
    }
}

impl LineResult {
    /// The answer for a line and its split.
    #[must_use]
    pub fn new(item: &FeeItem, split: &LineSplit) -> Self {
        Self {
            serial: item.serial.clone(),
            amount: item.amount,
            quantity: item.quantity,
            price: item.price,
            price_ceiling: PriceCeiling(split.price_ceiling),
            first_self_pay_rate: split.first_self_pay_rate,
            fully_self_paid: split.fully_self_paid,
            over_limit: split.over_limit,
            first_self_paid: split.first_self_paid,
            in_scope: split.in_scope,
            class: split.class,
            category: split.category,
            limited_use: split.limited_use,
            remark: None,
        }
    }
}

/// Request of 2204.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeUpload {
    /// The items, all of one visit.
    pub lines: Vec<FeeLine>,
}

/// Reply of 2204.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeReply {
    /// One result per item.
    pub lines: Vec<LineResult>,
}

impl FeeUpload {
    /// Holds each amount against quantity times price.
    ///
    /// # Errors
    /// [`ArithmeticError::Line`] for the first that differs by more than one fen.
    pub fn check_amounts(&self) -> Result<(), ArithmeticError> {
        self.lines.iter().try_for_each(|line| {
            arithmetic::line_amount(&line.serial, line.amount, line.quantity, line.price)
        })
    }
}

impl Message for FeeUpload {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self { lines: Member::read(nodes, &["feedetail"])? })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let mut nodes = Object::new();
        self.lines.write("feedetail", &mut nodes);
        Ok(nodes)
    }
}

impl Message for FeeReply {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self { lines: Member::read(nodes, &["result"])? })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        self.lines.iter().try_for_each(arithmetic::line_split)?;
        let mut nodes = Object::new();
        self.lines.write("result", &mut nodes);
        Ok(nodes)
    }
}
