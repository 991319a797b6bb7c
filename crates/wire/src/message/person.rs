//! 1101 人员信息获取 and 2001 人员待遇享受检查.

use model::{
    CertificateType, Date, Fen, Instant, InstitutionCode, InsuranceStatus, MedicalType, PersonId, PersonType,
    Region, Scheme,
};

use super::Message;
use super::code::FundType;
use super::encoded::Years;
use super::extension::Extension;
use super::record::{Member, Record, read_node, record, single_node, write_node};
use crate::arithmetic::ArithmeticError;
use crate::check::{Fault, Problem};
use crate::{Object, Personal};

record! {
    /// Request of 1101. The person is named by a certificate (type and number) or by an identity document (number);
    /// callers leave the other group empty.
    pub struct PersonQuery {
        /// Kind of certificate (`mdtrt_cert_type`).
        certificate_type: Option<CertificateType> = "mdtrt_cert_type",
        /// Its number (`mdtrt_cert_no`): the token of the credential, the ID number or the card number.
        certificate_number: Option<Personal> = "mdtrt_cert_no",
        /// Identification code of a social-security card (`card_sn`).
        card_code: Option<Personal> = "card_sn",
        /// Only for asking about the past (`begntime`).
        at: Option<Instant> = "begntime",
        /// Kind of identity document (`psn_cert_type`), `01` for the ID card.
        document_type: Option<String> = "psn_cert_type",
        /// Number of it (`certno`).
        document_number: Option<Personal> = "certno",
        /// Name (`psn_name`).
        name: Option<Personal> = "psn_name",
    }

    /// Who the person is: node `baseinfo` of the reply of 1101.
    pub struct PersonBase {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Kind of identity document (`psn_cert_type`).
        document_type: String = "psn_cert_type",
        /// Number of it (`certno`).
        document_number: Personal = "certno",
        /// Name (`psn_name`).
        name: Personal = "psn_name",
        /// Gender (`gend`): 1 male, 2 female.
        gender: String = "gend",
        /// Nationality by the list of ethnic groups (`naty`).
        ethnic_group: Option<String> = "naty",
        /// Date of birth (`brdy`).
        birth: Option<Date> = "brdy",
        /// Age (`age`).
        age: Years = "age",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// One insurance of the person: node `insuinfo` of the reply of 1101.
    pub struct Insurance {
        /// Balance of the personal account (`balc`).
        balance: Fen = "balc",
        /// Scheme (`insutype`).
        scheme: Scheme = "insutype",
        /// Class of the person (`psn_type`).
        person_type: PersonType = "psn_type",
        /// Whether it is in force (`psn_insu_stas`).
        status: Option<InsuranceStatus> = "psn_insu_stas",
        /// First day (`psn_insu_date`).
        insured_from: Option<Date> = "psn_insu_date",
        /// Day of suspension (`paus_insu_date`).
        suspended_on: Option<Date> = "paus_insu_date",
        /// Whether the person is a civil servant (`cvlserv_flag`).
        civil_servant: bool = "cvlserv_flag",
        /// Pooling region of the insurance (`insuplc_admdvs`).
        region: Region = "insuplc_admdvs",
        /// Employer (`emp_name`).
        employer: Option<String> = "emp_name",
    }

    /// A special identity of the person: node `idetinfo` of the reply of 1101.
    pub struct SpecialIdentity {
        /// Kind (`psn_idet_type`).
        kind: String = "psn_idet_type",
        /// Level (`psn_type_lv`).
        level: Option<String> = "psn_type_lv",
        /// Remark (`memo`).
        remark: Option<String> = "memo",
        /// Begin (`begntime`).
        from: Instant = "begntime",
        /// End (`endtime`).
        until: Option<Instant> = "endtime",
    }

    /// Request of 2001: may the person draw benefits for such a visit at this institution?
    pub struct BenefitQuery {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Scheme (`insutype`).
        scheme: Scheme = "insutype",
        /// Institution (`fixmedins_code`).
        institution: InstitutionCode = "fixmedins_code",
        /// Lane of care (`med_type`).
        medical_type: MedicalType = "med_type",
        /// Begin of the visit (`begntime`).
        from: Instant = "begntime",
        /// End of it (`endtime`).
        until: Option<Instant> = "endtime",
        /// Disease of a special list (`dise_codg`).
        disease: Option<String> = "dise_codg",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// One answer of 2001: node `trtinfo`.
    pub struct Entitlement {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// What was checked (`trt_chk_type`): 01 a fund, 99 other.
        check: String = "trt_chk_type",
        /// The fund (`fund_pay_type`).
        fund: FundType = "fund_pay_type",
        /// Whether its benefits are in force (`trt_enjymnt_flag`).
        in_force: bool = "trt_enjymnt_flag",
        /// First day (`begndate`).
        from: Date = "begndate",
        /// Last day (`enddate`).
        until: Option<Date> = "enddate",
        /// Why not, where they are not (`trt_chk_rslt`).
        reason: Option<String> = "trt_chk_rslt",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// Reply of 2001.
    pub struct BenefitReply {
        /// One answer per fund.
        entitlements: Vec<Entitlement> = "trtinfo",
    }
}

single_node!(BenefitQuery = "data");

/// Reply of 1101.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonReply {
    /// Who the person is.
    pub base: PersonBase,
    /// All insurances; the caller chooses one (310 before 390, status 1).
    pub insurances: Vec<Insurance>,
    /// Special identities.
    pub identities: Vec<SpecialIdentity>,
}

impl Message for PersonQuery {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        let query: Self = read_node(nodes, "data")?;
        let refuse = |field: &str, fault: Fault| Err(Problem::new(field, "", fault).inside("data", None));
        match (&query.certificate_type, &query.certificate_number, &query.document_number) {
            (None, Some(_), None) => refuse("mdtrt_cert_type", Fault::Missing),
            (_, None, None) => refuse("", Fault::NoneOf(&["mdtrt_cert_no", "certno"])),
            _ => Ok(query),
        }
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let mut nodes = Object::new();
        write_node(self, "data", &mut nodes);
        Ok(nodes)
    }
}

impl Message for PersonReply {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self {
            base: read_node(nodes, "baseinfo")?,
            insurances: Member::read(nodes, &["insuinfo"])?,
            identities: Member::read(nodes, &["idetinfo"])?,
        })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let mut nodes = Object::new();
        write_node(&self.base, "baseinfo", &mut nodes);
        self.insurances.write("insuinfo", &mut nodes);
        self.identities.write("idetinfo", &mut nodes);
        Ok(nodes)
    }
}

impl Message for BenefitReply {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Record::read(nodes)
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        Ok(self.to_object())
    }
}
