//! 2201 门诊挂号, 2202 门诊挂号撤销, 2203 门诊就诊信息上传, 2204 门诊费用明细信息上传, 2205 门诊费用明细信息撤销.

use model::{FeeItem, PersonId, VisitId};
use settlement::{Department, Doctor};
use wire::check::Fault;
use wire::message::{
    Diagnosis, FeeCancellation, FeeLine, FeeReply, FeeUpload, LineResult, Registration,
    RegistrationCancellation, RegistrationReply, VisitUpload,
};

use super::gateway::Call;
use super::people::evidence;
use super::refused::Refused;
use super::reply::Reply;
use super::service::{self, RegistrationForm};
use crate::failure::Failure;

/// 2201
pub(super) async fn register(call: &Call<'_>) -> Result<Reply, Refused> {
    let message: Registration = call.read()?;
    let evidence = evidence(message.certificate_type, &message.certificate_number)?;
    let name = message.doctor_name.unwrap_or_default();
    let form = RegistrationForm {
        person_id: message.person,
        scheme: message.scheme,
        evidence,
        began: message.registered,
        outpatient_no: message.visit_number,
        department: Some(Department {
            code: message.department,
            name: message.department_name,
            category: message.speciality,
        }),
        doctor: message.doctor.map(|code| Doctor { code, name }),
    };
    let committed = service::register_visit(call.app, &call.caller, form).await?;
    let visit = committed.body.visit().ok_or(settlement::Refusal::NoSuchVisit).map_err(Failure::from)?;
    let reply = RegistrationReply {
        visit: visit.id,
        person: visit.person_id,
        visit_number: visit.outpatient_no.clone(),
        extension: None,
    };
    Reply::committed(&reply, &committed)
}

/// 2202
pub(super) async fn cancel(call: &Call<'_>) -> Result<Reply, Refused> {
    let RegistrationCancellation { person, visit, visit_number, .. } = call.read()?;
    Reply::empty(&service::cancel_visit(call.app, &call.caller, person, visit, visit_number).await?)
}

/// 2203. A diagnosis that is sent as invalid is left out, and with it withdrawn.
pub(super) async fn record(call: &Call<'_>) -> Result<Reply, Refused> {
    let VisitUpload { info, diagnoses } = call.read()?;
    let diagnoses = diagnoses
        .into_iter()
        .zip(1_usize..)
        .filter(|(diagnosis, _)| diagnosis.valid)
        .map(diagnosis_of)
        .collect::<Result<_, Refused>>()?;
    let medical_type = info.medical_type;
    let committed =
        service::record_visit(call.app, &call.caller, info.person, info.visit, medical_type, diagnoses)
            .await?;
    Reply::empty(&committed)
}

fn diagnosis_of((diagnosis, place): (Diagnosis, usize)) -> Result<settlement::Diagnosis, Refused> {
    let position = u16::try_from(diagnosis.rank).map_err(|_| {
        let shown = Some(diagnosis.rank.to_string());
        Refused::entry(
            "diseinfo",
            place,
            "diag_srt_no",
            "诊断排序号",
            Fault::TooLarge { shown, digits: Some(2) },
        )
    })?;
    Ok(settlement::Diagnosis {
        kind: diagnosis.kind,
        position,
        code: diagnosis.code,
        name: diagnosis.name,
        department: diagnosis.department,
        doctor: Doctor { code: diagnosis.doctor, name: diagnosis.doctor_name },
        at: diagnosis.made,
    })
}

/// 2204
pub(super) async fn add_items(call: &Call<'_>) -> Result<Reply, Refused> {
    let upload: FeeUpload = call.read()?;
    upload.check_amounts()?;
    let (person, visit) = one_visit(&upload.lines)?;
    let items: Vec<FeeItem> = upload.lines.iter().map(FeeLine::to_fee_item).collect();
    let committed = service::add_items(call.app, &call.caller, person, visit, items).await?;
    let lines = committed
        .body
        .items_added()
        .iter()
        .map(|stored| LineResult::new(&stored.item, &stored.split))
        .collect();
    Reply::committed(&FeeReply { lines }, &committed)
}

/// The visit of all lines. A batch has one disease of a special list (interface facts 6.8, no. 13).
fn one_visit(lines: &[FeeLine]) -> Result<(PersonId, VisitId), Refused> {
    let Some(first) = lines.first() else {
        return Err(Refused::field("feedetail", "", "", Fault::Missing));
    };
    for (line, place) in lines.iter().zip(1_usize..) {
        let contradiction = |field, label, what: &str| {
            Err(Refused::contradiction(field, label, format!("feedetail 第{place}条{what}")))
        };
        if line.person != first.person {
            return contradiction("psn_no", "人员编号", "与第1条不同，一次只能上传一人一次就诊的费用");
        }
        if line.visit != first.visit {
            return contradiction("mdtrt_id", "就诊ID", "与第1条不同，一次只能上传一人一次就诊的费用");
        }
        let mut same_batch = lines.iter().filter(|other| other.batch == line.batch);
        if same_batch.any(|other| other.disease != line.disease) {
            return contradiction("dise_codg", "病种编码", "与同一收费批次（chrg_bchno）的其他明细不同");
        }
    }
    Ok((first.person, first.visit))
}

/// 2205
pub(super) async fn withdraw_items(call: &Call<'_>) -> Result<Reply, Refused> {
    let message: FeeCancellation = call.read()?;
    let batch = (!message.is_for_all()).then(|| message.batch.clone());
    let FeeCancellation { person, visit, .. } = message;
    Reply::empty(&service::withdraw_items(call.app, &call.caller, person, visit, batch).await?)
}
