//! 2101 药店预结算 and 2102 药店结算: head and lines in one message.

use model::{CertificateType, FeeItem, Fen, Instant, MedicalType, PersonId, Price, Quantity, Scheme};

use super::Message;
use super::code::AccountUse;
use super::extension::Extension;
use super::record::{Member, read_node, record, write_node};
use crate::arithmetic::{self, ArithmeticError};
use crate::check::Problem;
use crate::{Object, Personal};

record! {
    /// The purchase: node `druginfo` of 2101 and 2102.
    pub struct PurchaseHead {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Kind of certificate (`mdtrt_cert_type`).
        certificate_type: CertificateType = "mdtrt_cert_type",
        /// Its number (`mdtrt_cert_no`).
        certificate_number: Personal = "mdtrt_cert_no",
        /// When it was bought (`begntime`).
        bought: Instant = "begntime",
        /// Sum of the lines (`medfee_sumamt`).
        total: Fen = "medfee_sumamt",
        /// Number of the invoice, 2102 only (`invono`).
        invoice: Option<String> = "invono",
        /// Scheme (`insutype`).
        scheme: Scheme = "insutype",
        /// Disease of a special list (`dise_codg`).
        disease: Option<String> = "dise_codg",
        /// Name of it (`dise_name`).
        disease_name: Option<String> = "dise_name",
        /// Whether a personal account pays (`acct_used_flag`).
        account_use: AccountUse = "acct_used_flag",
        /// Lane of care (`med_type`).
        medical_type: MedicalType = "med_type",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// One line: node `drugdetail` of 2101 and 2102.
    pub struct DrugLine {
        /// The pharmacy's serial number, unique in the purchase (`feedetl_sn`).
        serial: String = "feedetl_sn",
        /// Number of the prescription (`rxno`).
        prescription: Option<String> = "rxno",
        /// Whether the prescription came from outside (`rx_circ_flag`).
        outside_prescription: bool = "rx_circ_flag",
        /// When the fee occurred (`fee_ocur_time`).
        occurred: Instant = "fee_ocur_time",
        /// National catalogue code (`med_list_codg`).
        item_code: String = "med_list_codg",
        /// The pharmacy's own code (`medins_list_codg`).
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
        /// National code of the ordering doctor (`bilg_dr_codg`).
        doctor: Option<String> = "bilg_dr_codg",
        /// Name of the doctor (`bilg_dr_name`).
        doctor_name: Option<String> = "bilg_dr_name",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
        /// Trace codes of the packages, 2102 only. The misspelt name of the table is the interface (`durg_trac_info`).
        traces: Vec<DrugTrace> = "durg_trac_info",
    }

    /// A package by its trace code.
    pub struct DrugTrace {
        /// The line (`feedetl_sn`).
        serial: String = "feedetl_sn",
        /// Trace code (`drug_trac_codg`).
        code: String = "drug_trac_codg",
        /// Whether the package was opened and sold in part (`trdn_flag`).
        opened: bool = "trdn_flag",
    }
}

/// Request of 2101 and 2102.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The purchase.
    pub head: PurchaseHead,
    /// Its lines.
    pub lines: Vec<DrugLine>,
}

impl DrugLine {
    /// The line as a bill keeps it. A purchase is one batch, so it has the empty batch number.
    #[must_use]
    pub fn to_fee_item(&self) -> FeeItem {
        FeeItem {
            serial: self.serial.clone(),
            batch: String::new(),
            item_code: self.item_code.clone(),
            institution_item_code: self.institution_item_code.clone(),
            occurred: self.occurred,
            price: self.price,
            quantity: self.quantity,
            amount: self.amount,
            approved: None,
        }
    }
}

impl Purchase {
    /// Holds each amount against quantity times price, and their sum against the total.
    ///
    /// # Errors
    /// [`ArithmeticError::Line`] or [`ArithmeticError::Total`].
    pub fn check_amounts(&self) -> Result<(), ArithmeticError> {
        self.lines.iter().try_for_each(|line| {
            arithmetic::line_amount(&line.serial, line.amount, line.quantity, line.price)
        })?;
        arithmetic::lines_total(self.lines.iter().map(|line| line.amount), self.head.total)
    }
}

impl Message for Purchase {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self { head: read_node(nodes, "druginfo")?, lines: Member::read(nodes, &["drugdetail"])? })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let mut nodes = Object::new();
        write_node(&self.head, "druginfo", &mut nodes);
        self.lines.write("drugdetail", &mut nodes);
        Ok(nodes)
    }
}
