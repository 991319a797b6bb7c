//! 2201 门诊挂号, 2202 门诊挂号撤销, 2203 门诊就诊信息上传.

use model::{CertificateType, Date, Instant, MedicalType, PersonId, Scheme, VisitId};

use super::Message;
use super::extension::Extension;
use super::record::{Member, read_node, record, single_node, write_node};
use crate::arithmetic::ArithmeticError;
use crate::check::Problem;
use crate::{Object, Personal};

record! {
    /// Request of 2201: opens an outpatient visit.
    pub struct Registration {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Scheme (`insutype`).
        scheme: Scheme = "insutype",
        /// When the person registered (`begntime`).
        registered: Instant = "begntime",
        /// Kind of certificate (`mdtrt_cert_type`).
        certificate_type: CertificateType = "mdtrt_cert_type",
        /// Its number (`mdtrt_cert_no`).
        certificate_number: Personal = "mdtrt_cert_no",
        /// The institution's number of the visit (`ipt_otp_no`).
        visit_number: String = "ipt_otp_no",
        /// National code of the doctor (`atddr_no`).
        doctor: Option<String> = "atddr_no",
        /// Name of the doctor (`dr_name`).
        doctor_name: Option<String> = "dr_name",
        /// Department (`dept_code`).
        department: String = "dept_code",
        /// Name of it (`dept_name`).
        department_name: String = "dept_name",
        /// Speciality by the national list (`caty`).
        speciality: String = "caty",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// Reply of 2201.
    pub struct RegistrationReply {
        /// The visit, as it is named from now on (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// The institution's number of the visit (`ipt_otp_no`).
        visit_number: String = "ipt_otp_no",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// Request of 2202: cancels a visit without settlement.
    pub struct RegistrationCancellation {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The institution's number of the visit (`ipt_otp_no`).
        visit_number: String = "ipt_otp_no",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// What the visit is about: node `mdtrtinfo` of 2203 and 2203A.
    pub struct VisitInfo {
        /// The visit (`mdtrt_id`).
        visit: VisitId = "mdtrt_id",
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Lane of care (`med_type`).
        medical_type: MedicalType = "med_type",
        /// Begin of the visit (`begntime`).
        from: Instant = "begntime",
        /// Main complaint (`main_cond_dscr`).
        complaint: Option<Personal> = "main_cond_dscr",
        /// Disease of a special list (`dise_codg`).
        disease: Option<String> = "dise_codg",
        /// Name of it (`dise_name`).
        disease_name: Option<String> = "dise_name",
        /// Kind of family-planning operation (`birctrl_type`).
        birth_control: Option<String> = "birctrl_type",
        /// Date of that operation or of birth (`birctrl_matn_date`).
        birth_control_date: Option<Date> = "birctrl_matn_date",
        /// Kind of delivery (`matn_type`), 2203A only.
        maternity: Option<String> = "matn_type",
        /// Extension (`exp_content`).
        extension: Option<Extension> = "exp_content",
    }

    /// One diagnosis: node `diseinfo` of 2203 and 2203A.
    pub struct Diagnosis {
        /// Kind (`diag_type`): 1 western medicine, 2 and 3 Chinese medicine.
        kind: String = "diag_type",
        /// Rank, 1 for the main diagnosis (`diag_srt_no`).
        rank: u32 = "diag_srt_no",
        /// Code (`diag_code`).
        code: String = "diag_code",
        /// Name (`diag_name`).
        name: String = "diag_name",
        /// Department (`diag_dept`).
        department: String = "diag_dept",
        /// National code of the doctor (`dise_dor_no`).
        doctor: String = "dise_dor_no",
        /// Name of the doctor (`dise_dor_name`).
        doctor_name: String = "dise_dor_name",
        /// When it was made (`diag_time`).
        made: Instant = "diag_time",
        /// Whether it stands; a diagnosis is withdrawn by sending it again as invalid (`vali_flag`).
        valid: bool = "vali_flag",
    }
}

single_node!(Registration = "data", RegistrationReply = "data", RegistrationCancellation = "data");

/// Request of 2203 and 2203A: the visit and its diagnoses. What was sent before is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitUpload {
    /// What the visit is about.
    pub info: VisitInfo,
    /// Its diagnoses.
    pub diagnoses: Vec<Diagnosis>,
}

impl Message for VisitUpload {
    fn from_nodes(nodes: &Object) -> Result<Self, Problem> {
        Ok(Self { info: read_node(nodes, "mdtrtinfo")?, diagnoses: Member::read(nodes, &["diseinfo"])? })
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        let mut nodes = Object::new();
        write_node(&self.info, "mdtrtinfo", &mut nodes);
        self.diagnoses.write("diseinfo", &mut nodes);
        Ok(nodes)
    }
}
