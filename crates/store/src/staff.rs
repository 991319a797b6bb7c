//! Staff of institutions, and the sign-ins of their systems (9001).

use credential::{AttemptPolicy, PinAttempts, PinRefusal};
use model::{Instant, InstitutionCode};

use crate::StoreError;
use crate::cipher::Field;
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;
use crate::personal::Personal;

const NAME: Field = Field("staff.name");

/// A member of staff who can log in at a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Where.
    pub institution: InstitutionCode,
    /// Number in the institution.
    pub staff_no: String,
    /// Name.
    pub name: Personal,
    /// Argon2id hash of the password, in PHC form.
    pub password_hash: Personal,
    /// Whether the member may log in.
    pub active: bool,
}

/// A sign-in of an institution's system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Who signs in.
    pub institution: InstitutionCode,
    /// The number we gave (`sign_no`).
    pub sign_no: String,
    /// Clerk (`opter_no`).
    pub operator: String,
    /// Network address as the system states it (`mac`, `ip`).
    pub address: String,
    /// When.
    pub signed_in_at: Instant,
    /// When it ended (9002).
    pub signed_out_at: Option<Instant>,
}

const INSERT: &str = "INSERT INTO staff
    (institution_code, staff_no, name_sealed, password_hash, active, failures, locked_until)
    VALUES ($1, $2, $3, $4, $5, 0, NULL)";
const FIND: &str = "SELECT name_sealed, password_hash, active FROM staff
    WHERE institution_code = $1 AND staff_no = $2";
const ATTEMPTS: &str =
    "SELECT failures, locked_until FROM staff WHERE institution_code = $1 AND staff_no = $2";
const SET_ATTEMPTS: &str = "UPDATE staff SET failures = $3, locked_until = $4
    WHERE institution_code = $1 AND staff_no = $2 AND failures = $5 AND COALESCE(locked_until, -1) = $6";
const SET_PASSWORD: &str = "UPDATE staff SET password_hash = $3, failures = 0, locked_until = NULL
    WHERE institution_code = $1 AND staff_no = $2";
const SET_ACTIVE: &str = "UPDATE staff SET active = $3 WHERE institution_code = $1 AND staff_no = $2";
const SIGN_IN: &str = "INSERT INTO sign_in
    (institution_code, sign_no, operator, address, signed_in_at, signed_out_at) VALUES ($1, $2, $3, $4, $5, $6)";
const FIND_SIGN_IN: &str = "SELECT institution_code, sign_no, operator, address, signed_in_at, signed_out_at
    FROM sign_in WHERE institution_code = $1 AND sign_no = $2";
const SIGN_OUT: &str = "UPDATE sign_in SET signed_out_at = $3
    WHERE institution_code = $1 AND sign_no = $2 AND signed_out_at IS NULL";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(INSERT),
    Statement::Plain(FIND),
    Statement::Plain(ATTEMPTS),
    Statement::Plain(SET_ATTEMPTS),
    Statement::Plain(SET_PASSWORD),
    Statement::Plain(SET_ACTIVE),
    Statement::Plain(SIGN_IN),
    Statement::Plain(FIND_SIGN_IN),
    Statement::Plain(SIGN_OUT),
];

fn row_key(institution: &InstitutionCode, staff_no: &str) -> Vec<u8> {
    format!("{institution}/{staff_no}").into_bytes()
}

/// Registers a member of staff.
///
/// # Errors
/// `Conflict` when the number is taken; `Constraint` when the institution is not registered.
pub fn insert(transaction: &mut Transaction<'_>, member: &StaffMember) -> Result<(), StoreError> {
    let StaffMember { institution, staff_no, name, password_hash, active } = member;
    let sealed = transaction.keys().seal(NAME, &row_key(institution, staff_no), name.expose())?;
    transaction.execute_one(INSERT, &values![institution, staff_no, sealed, password_hash.expose(), *active])
}

/// A member of staff.
///
/// # Errors
/// `Cipher` when the name cannot be decrypted.
pub fn find(
    connection: &mut Connection,
    institution: &InstitutionCode,
    staff_no: &str,
) -> Result<Option<StaffMember>, StoreError> {
    let Some(mut row) = connection.query_optional(FIND, &values![institution, staff_no])? else {
        return Ok(None);
    };
    let sealed: Vec<u8> = row.get()?;
    Ok(Some(StaffMember {
        institution: institution.clone(),
        staff_no: staff_no.to_owned(),
        name: connection.keys().open(NAME, &row_key(institution, staff_no), &sealed)?,
        password_hash: Personal::new(row.get::<String>()?),
        active: row.get()?,
    }))
}

/// The counted tries of a member of staff; `None` when there is no such member.
///
/// # Errors
/// The database fails.
pub fn attempts(
    connection: &mut Connection,
    institution: &InstitutionCode,
    staff_no: &str,
) -> Result<Option<PinAttempts>, StoreError> {
    connection
        .query_optional(ATTEMPTS, &values![institution, staff_no])?
        .map(|mut row| Ok(PinAttempts { failures: row.get()?, locked_until: row.get()? }))
        .transpose()
}

/// Counts a try to log in, after the password was compared: the lock is judged on the stored count, so tries made at
/// once are counted one by one. `None` when there is no such member.
///
/// # Errors
/// `Collision`, which [`Database::write`](crate::Database::write) answers by running the transaction again.
pub fn judge_password(
    transaction: &mut Transaction<'_>,
    institution: &InstitutionCode,
    staff_no: &str,
    policy: AttemptPolicy,
    right: bool,
    now: Instant,
) -> Result<Option<Result<(), PinRefusal>>, StoreError> {
    let Some(before) = attempts(transaction, institution, staff_no)? else { return Ok(None) };
    let (after, verdict) = before.judge(policy, right, now);
    let old_lock = before.locked_until.map_or(-1, Instant::milliseconds);
    let parameters =
        values![institution, staff_no, after.failures, after.locked_until, before.failures, old_lock];
    if after != before && !transaction.execute_at_most_one(SET_ATTEMPTS, &parameters)? {
        return transaction.collision("tries of a member of staff");
    }
    Ok(Some(verdict))
}

/// Replaces a password and clears the counted tries.
///
/// # Errors
/// `RowCount` when there is no such member.
pub fn set_password(
    transaction: &mut Transaction<'_>,
    institution: &InstitutionCode,
    staff_no: &str,
    password_hash: &Personal,
) -> Result<(), StoreError> {
    transaction.execute_one(SET_PASSWORD, &values![institution, staff_no, password_hash.expose()])
}

/// Lets a member of staff log in, or no longer.
///
/// # Errors
/// `RowCount` when there is no such member.
pub fn set_active(
    transaction: &mut Transaction<'_>,
    institution: &InstitutionCode,
    staff_no: &str,
    active: bool,
) -> Result<(), StoreError> {
    transaction.execute_one(SET_ACTIVE, &values![institution, staff_no, active])
}

/// Records a sign-in.
///
/// # Errors
/// `Conflict` when the number was given before.
pub fn sign_in(transaction: &mut Transaction<'_>, sign_in: &SignIn) -> Result<(), StoreError> {
    let SignIn { institution, sign_no, operator, address, signed_in_at, signed_out_at } = sign_in;
    transaction.execute_one(
        SIGN_IN,
        &values![institution, sign_no, operator, address, *signed_in_at, *signed_out_at],
    )
}

/// A sign-in of an institution.
///
/// # Errors
/// The database fails.
pub fn find_sign_in(
    connection: &mut Connection,
    institution: &InstitutionCode,
    sign_no: &str,
) -> Result<Option<SignIn>, StoreError> {
    connection
        .query_optional(FIND_SIGN_IN, &values![institution, sign_no])?
        .map(|mut row| {
            Ok(SignIn {
                institution: row.get()?,
                sign_no: row.get()?,
                operator: row.get()?,
                address: row.get()?,
                signed_in_at: row.get()?,
                signed_out_at: row.get()?,
            })
        })
        .transpose()
}

/// Ends a sign-in; whether it was open.
///
/// # Errors
/// The database fails.
pub fn sign_out(
    transaction: &mut Transaction<'_>,
    institution: &InstitutionCode,
    sign_no: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(SIGN_OUT, &values![institution, sign_no, at])
}
