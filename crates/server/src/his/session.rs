//! 9001 签到 and 9002 签退.

use model::EventId;
use wire::message::{SignIn, SignInReply, SignOut, SignOutReply};

use super::gateway::Call;
use super::refused::Refused;
use super::reply::Reply;
use super::service;
use crate::web::Problem;

fn unknown() -> Refused {
    Refused::contradiction("sign_no", "签到编号", "没有该操作员的签到记录")
}

pub(super) async fn sign_in(call: &Call<'_>) -> Result<Reply, Refused> {
    let SignIn { operator, mac, ip } = call.read()?;
    let address = format!("{mac} {ip}");
    let known = service::sign_in(call.app, &call.caller, call.request()?, operator, address).await?;
    call.memory.keep_signed_in(&known.institution, &known.sign_no, call.now);
    let id: EventId = known.sign_no.parse().map_err(|_| unknown())?;
    let reply = Reply::of(&SignInReply::new(known.signed_in_at, known.sign_no))?;
    Ok(Reply { event: Some((id, known.signed_in_at)), ..reply })
}

pub(super) async fn sign_out(call: &Call<'_>) -> Result<Reply, Refused> {
    let SignOut { sign_no, operator } = call.read()?;
    let id: EventId = sign_no.parse().map_err(|_| unknown())?;
    call.memory.forget_signed_in(&call.caller.institution, &sign_no);
    let ended = service::sign_out(call.app, &call.caller, sign_no, &operator)
        .await
        .map_err(|failure| if failure.problem == Problem::NotFound { unknown() } else { failure.into() })?;
    let at = ended.signed_out_at.unwrap_or(call.now);
    Ok(Reply { event: Some((id, at)), ..Reply::of(&SignOutReply::new(at))? })
}
