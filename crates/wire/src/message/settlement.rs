//! 2206 门诊预结算, 2207 门诊结算, 2208 门诊结算撤销, and the replies that pharmacies get as well.

use model::{
    CertificateType, Date, Fen, Instant, MedicalType, PersonId, PersonType, Region, Scheme, SettlementId,
    VisitId,
};

use super::Message;
use super::amounts::{AmountNames, FundShare, SettlementAmounts};
use super::code::AccountUse;
use super::encoded::Years;
use super::extension::Extension;
use super::fees::LineResult;
use super::record::{Member, Record, read_node, record, single_node};
use crate::arithmetic::{self, ArithmeticError, Split};
use crate::check::Problem;
use crate::{Object, Personal};

record! {
    /// Request of 2206: what a settlement would come to.
    pub struct PreSettlement {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Kind of certificate (`mdtrt_cert_type`).
        certificate_type: CertificateType = "mdtrt_cert_type",
        /// Its number (`mdtrt_cert_no`).
        certificate_number: Option<Personal> = "mdtrt_cert_no",
        /// Lane of care (`med_type`).
        medical_type: MedicalType = "med_type",
        /// Sum of the batch (`medfee_sumamt`).
        total: Fen = "medfee_sumamt",
        /// Way of settling (`psn_setlway`): 01 by item.
        way: String = "psn_setlway",
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The batch (`chrg_bchno`).
        batch: String = "chrg_bchno",
        /// Whether a personal account pays (`acct_used_flag`).
        account_use: AccountUse = "acct_used_flag",
        /// Scheme (`insutype`).
        scheme: Scheme = "insutype",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// Request of 2207: settles. The four sums repeat those of the trial.
    pub struct Settlement {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Kind of certificate (`mdtrt_cert_type`).
        certificate_type: CertificateType = "mdtrt_cert_type",
        /// Its number (`mdtrt_cert_no`).
        certificate_number: Option<Personal> = "mdtrt_cert_no",
        /// Lane of care (`med_type`).
        medical_type: MedicalType = "med_type",
        /// Sum of the batch (`medfee_sumamt`).
        total: Fen = "medfee_sumamt",
        /// Way of settling (`psn_setlway`): 01 by item.
        way: String = "psn_setlway",
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The batch (`chrg_bchno`).
        batch: String = "chrg_bchno",
        /// Scheme (`insutype`).
        scheme: Scheme = "insutype",
        /// Whether a personal account pays (`acct_used_flag`).
        account_use: AccountUse = "acct_used_flag",
        /// Number of the invoice (`invono`).
        invoice: Option<String> = "invono",
        /// 全自费 (`fulamt_ownpay_amt`).
        fully_self_paid: Fen = "fulamt_ownpay_amt",
        /// 超限价自费 (`overlmt_selfpay`).
        over_limit: Fen = "overlmt_selfpay",
        /// 先行自付 (`preselfpay_amt`).
        first_self_paid: Fen = "preselfpay_amt",
        /// 符合政策范围 (`inscp_scp_amt`).
        in_scope: Fen = "inscp_scp_amt",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// Request of 2208 and 2103: undoes a settlement.
    pub struct Revocation {
        /// The settlement (`setl_id`).
        settlement: SettlementId = "setl_id",
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// Whose settlement it is: the members of node `setlinfo` that are not amounts.
    pub struct SettlementInfo {
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The settlement, none in a trial; a revocation has one of its own (`setl_id`).
        settlement: Option<SettlementId> = "setl_id",
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Name (`psn_name`).
        name: Personal = "psn_name",
        /// Kind of identity document (`psn_cert_type`).
        document_type: String = "psn_cert_type",
        /// Number of it (`certno`).
        document_number: Personal = "certno",
        /// Gender (`gend`).
        gender: Option<String> = "gend",
        /// Ethnic group (`naty`).
        ethnic_group: Option<String> = "naty",
        /// Date of birth (`brdy`).
        birth: Option<Date> = "brdy",
        /// Age (`age`).
        age: Option<Years> = "age",
        /// Scheme (`insutype`).
        scheme: Scheme = "insutype",
        /// Class of the person (`psn_type`).
        person_type: PersonType = "psn_type",
        /// Whether the person is a civil servant (`cvlserv_flag`).
        civil_servant: bool = "cvlserv_flag",
        /// When it was settled, none in a trial (`setl_time`).
        settled: Option<Instant> = "setl_time",
        /// Kind of certificate (`mdtrt_cert_type`).
        certificate_type: Option<CertificateType> = "mdtrt_cert_type",
        /// Lane of care (`med_type`).
        medical_type: MedicalType = "med_type",
        /// The caller's message id (`medins_setl_id`).
        institution_settlement: String = "medins_setl_id",
        /// Office that clears with the institution (`clr_optins`).
        clearing_office: Option<Region> = "clr_optins",
        /// Way of clearing (`clr_way`): 1 by item.
        clearing_way: Option<String> = "clr_way",
        /// Kind of clearing (`clr_type`): 11 outpatient, 41 pharmacy.
        clearing_type: String = "clr_type",
        /// Extension (`exp_content`); see [`super::CashStatus`].
        extension: Option<Extension> = "exp_content",
    }
}

single_node!(PreSettlement = "data", Settlement = "data", Revocation = "data");

impl Settlement {
    /// The four sums that the caller repeats from the trial.
    #[must_use]
    pub fn split(&self) -> Split {
        Split {
            fully_self_paid: self.fully_self_paid,
            over_limit: self.over_limit,
            first_self_paid: self.first_self_paid,
            in_scope: self.in_scope,
        }
    }
}

/// Reply of 2206 and 2207, and with lines of 2101 and 2102.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementReply {
    /// Whose settlement it is.
    pub info: SettlementInfo,
    /// Its amounts.
    pub amounts: SettlementAmounts,
    /// Every payer.
    pub funds: Vec<FundShare>,
    /// How each line divides; only pharmacies are told it here, hospitals by 2204.
    pub lines: Vec<LineResult>,
}

/// Reply of 2208 and 2103: the amounts of the settlement, negated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationReply {
    /// Whose settlement it was.
    pub info: SettlementInfo,
    /// Its amounts, negative; the balance is the one afterwards.
    pub amounts: SettlementAmounts,
    /// Every payer.
    pub funds: Vec<FundShare>,
}

/// The node that holds both what a settlement is about and its amounts.
pub(crate) const INFO: &str = "setlinfo";

/// Writes the nodes that all settlement replies share, after their amounts were added up.
pub(crate) fn write_nodes(
    parts: &[&dyn Fn(&mut Object)],
    amounts: &SettlementAmounts,
    names: AmountNames,
    funds: &Vec<FundShare>,
) -> Result<Object, ArithmeticError> {
    arithmetic::settlement(amounts)?;
    let mut info = Object::new();
    for part in parts {
        part(&mut info);
    }
    amounts.write(&mut info);
    names.rename(&mut info);
    let mut nodes = Object::new();
    nodes.insert(INFO.to_owned(), info.into());
    funds.write("setldetail", &mut nodes);
    Ok(nodes)
}

impl Message for SettlementReply {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self {
            info: read_node(nodes, INFO)?,
            amounts: read_node(nodes, INFO)?,
            funds: Member::read(nodes, &["setldetail"])?,
            lines: Member::read(nodes, &["detlcutinfo"])?,
        })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let info = |node: &mut Object| self.info.write(node);
        let mut nodes = write_nodes(&[&info], &self.amounts, AmountNames::Settlement, &self.funds)?;
        if !self.lines.is_empty() {
            self.lines.iter().try_for_each(arithmetic::line_split)?;
            arithmetic::lines_total(self.lines.iter().map(|line| line.amount), self.amounts.total)?;
            self.lines.write("detlcutinfo", &mut nodes);
        }
        Ok(nodes)
    }
}

impl Message for RevocationReply {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self {
            info: read_node(nodes, INFO)?,
            amounts: read_node(nodes, INFO)?,
            funds: Member::read(nodes, &["setldetail"])?,
        })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let info = |node: &mut Object| self.info.write(node);
        write_nodes(&[&info], &self.amounts, AmountNames::Revocation, &self.funds)
    }
}
