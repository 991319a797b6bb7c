//! 5203 结算信息查询.

use model::{Date, InstitutionCode, PersonId, SettlementId, VisitId};

use super::Message;
use super::amounts::{AmountNames, FundShare, SettlementAmounts};
use super::record::{Member, Record, read_node, record, single_node};
use super::settlement::{INFO, SettlementInfo, write_nodes};
use crate::Object;
use crate::arithmetic::ArithmeticError;
use crate::check::Problem;

record! {
    /// Request of 5203.
    pub struct SettlementQuery {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// The settlement (`setl_id`).
        settlement: SettlementId = "setl_id",
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
    }

    /// What 5203 tells beyond the reply of the settlement itself.
    pub struct SettlementStanding {
        /// Institution (`fixmedins_code`).
        institution: InstitutionCode = "fixmedins_code",
        /// Its name (`fixmedins_name`).
        institution_name: String = "fixmedins_name",
        /// Where it was paid (`pay_loc`): 2 at the institution.
        place: String = "pay_loc",
        /// First day of the visit (`begndate`).
        from: Date = "begndate",
        /// Last day of it (`enddate`).
        until: Date = "enddate",
        /// Whether this is a revocation (`refd_setl_flag`).
        revoked: bool = "refd_setl_flag",
        /// Year of the benefits (`year`).
        year: String = "year",
        /// Number of the invoice (`invono`).
        invoice: Option<String> = "invono",
    }
}

single_node!(SettlementQuery = "data");

/// Reply of 5203. Whether the cash share is paid is in the extension of `info`: [`super::CashStatus`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementQueryReply {
    /// Whose settlement it is.
    pub info: SettlementInfo,
    /// What is told beyond.
    pub standing: SettlementStanding,
    /// Its amounts.
    pub amounts: SettlementAmounts,
    /// Every payer.
    pub funds: Vec<FundShare>,
}

impl Message for SettlementQueryReply {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self {
            info: read_node(nodes, INFO)?,
            standing: read_node(nodes, INFO)?,
            amounts: read_node(nodes, INFO)?,
            funds: Member::read(nodes, &["setldetail"])?,
        })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let info = |node: &mut Object| self.info.write(node);
        let standing = |node: &mut Object| self.standing.write(node);
        write_nodes(&[&info, &standing], &self.amounts, AmountNames::Query, &self.funds)
    }
}
