//! The steps of a visit and of a purchase, each one call.

use model::{CertificateType, Fen, MedicalType, OrderId, PersonId, Scheme, SettlementId, VisitId};
use wire::Personal;
use wire::ec::{DecodeQuery, DecodedPerson};
use wire::message::{
    BenefitQuery, BenefitReply, Empty, FeeReply, OrderQuery, OrderReply, PersonQuery, PersonReply,
    RegistrationReply, RevocationReply, SettlementQuery, SettlementQueryReply, SettlementReply, SignIn,
    SignInReply, SignOut, SignOutReply,
};

use super::{HisClient, HisError, Item, Patient, forms};

/// Errors are those of [`HisClient::ask`].
impl HisClient {
    /// Signs in (9001) and keeps the number for later calls.
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn sign_in(&self) -> Result<SignInReply, HisError> {
        let message = SignIn {
            operator: self.settings().operator.clone(),
            mac: "02-00-00-00-00-01".to_owned(),
            ip: "127.0.0.1".to_owned(),
        };
        let reply: SignInReply = self.ask("9001", &message).await?;
        self.keep_sign_no(&reply.sign_no);
        Ok(reply)
    }

    /// Signs out (9002).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn sign_out(&self) -> Result<SignOutReply, HisError> {
        let message = SignOut { sign_no: self.sign_no(), operator: self.settings().operator.clone() };
        let reply = self.ask("9002", &message).await?;
        self.keep_sign_no("");
        Ok(reply)
    }

    /// Decodes a credential code that was scanned for a business, such as 01101 (registration).
    ///
    /// # Errors
    /// See [`HisError`]; [`HisError::NotDecoded`] for a code that is not accepted.
    pub async fn decode_code(&self, code: &str, business: &str) -> Result<DecodedPerson, HisError> {
        let settings = self.settings();
        self.decode(&DecodeQuery {
            institution: settings.institution.to_string(),
            business: business.to_owned(),
            operator: settings.operator.clone(),
            operator_name: settings.operator_name.clone(),
            department: None,
            department_name: None,
            device: None,
            code: Personal::new(code),
        })
        .await
    }

    /// Reads who a certificate belongs to (1101).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn read_person(
        &self,
        certificate_type: CertificateType,
        number: &Personal,
    ) -> Result<PersonReply, HisError> {
        let query = PersonQuery {
            certificate_type: Some(certificate_type),
            certificate_number: Some(number.clone()),
            card_code: None,
            at: None,
            document_type: None,
            document_number: None,
            name: None,
        };
        self.ask("1101", &query).await
    }

    /// Reads a person by ID number and name alone (1101).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn read_person_by_document(
        &self,
        number: &Personal,
        name: &Personal,
    ) -> Result<PersonReply, HisError> {
        let query = PersonQuery {
            certificate_type: None,
            certificate_number: None,
            card_code: None,
            at: None,
            document_type: Some("01".to_owned()),
            document_number: Some(number.clone()),
            name: Some(name.clone()),
        };
        self.ask("1101", &query).await
    }

    /// Asks whether benefits are in force (2001).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn check_entitlement(
        &self,
        person: PersonId,
        scheme: Scheme,
        medical_type: MedicalType,
    ) -> Result<BenefitReply, HisError> {
        let query = BenefitQuery {
            person,
            scheme,
            institution: self.settings().institution.clone(),
            medical_type,
            from: self.now(),
            until: None,
            disease: None,
            extension: None,
        };
        self.ask("2001", &query).await
    }

    /// Registers a visit (2201).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn register(
        &self,
        patient: &Patient,
        visit_number: &str,
    ) -> Result<RegistrationReply, HisError> {
        self.ask("2201", &forms::registration(patient, visit_number, self.now())).await
    }

    /// Cancels a visit (2202).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn cancel_registration(
        &self,
        patient: &Patient,
        visit: VisitId,
        visit_number: &str,
    ) -> Result<(), HisError> {
        let message = forms::cancellation(patient, visit, visit_number);
        self.ask::<Empty>("2202", &message).await.map(|Empty| ())
    }

    /// Uploads lane of care and a diagnosis (2203).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn record_visit(
        &self,
        patient: &Patient,
        visit: VisitId,
        medical_type: MedicalType,
    ) -> Result<(), HisError> {
        let message = forms::visit(patient, visit, medical_type, self.now());
        self.ask::<Empty>("2203", &message).await.map(|Empty| ())
    }

    /// Uploads fee items (2204).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn upload_items(
        &self,
        patient: &Patient,
        visit: VisitId,
        batch: &str,
        items: &[Item],
    ) -> Result<FeeReply, HisError> {
        self.ask("2204", &forms::fees(patient, visit, batch, items, self.now())).await
    }

    /// Withdraws the fee items of a batch, or with `0000` all (2205).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn withdraw_items(
        &self,
        patient: &Patient,
        visit: VisitId,
        batch: &str,
    ) -> Result<(), HisError> {
        let message = forms::fee_cancellation(patient, visit, batch);
        self.ask::<Empty>("2205", &message).await.map(|Empty| ())
    }

    /// Asks what a batch would come to (2206).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn pre_settle(
        &self,
        patient: &Patient,
        visit: VisitId,
        batch: &str,
        medical_type: MedicalType,
        total: Fen,
    ) -> Result<SettlementReply, HisError> {
        self.ask("2206", &forms::pre_settlement(patient, visit, batch, medical_type, total)).await
    }

    /// Settles a batch as it was previewed (2207).
    ///
    /// # Errors
    /// See [`HisError`]; after [`HisError::Unknown`] the outcome has to be asked for or reversed.
    pub async fn settle(
        &self,
        patient: &Patient,
        batch: &str,
        trial: &SettlementReply,
    ) -> Result<SettlementReply, HisError> {
        let info = &trial.info;
        let message = forms::settlement(patient, info.visit, batch, info.medical_type, &trial.amounts);
        self.ask("2207", &message).await
    }

    /// Undoes a settlement (2208).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn revoke(
        &self,
        person: PersonId,
        visit: VisitId,
        settlement: SettlementId,
    ) -> Result<RevocationReply, HisError> {
        self.ask("2208", &forms::revocation(person, visit, settlement)).await
    }

    /// Asks how a settlement stands (5203).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn query_settlement(
        &self,
        person: PersonId,
        visit: VisitId,
        settlement: SettlementId,
    ) -> Result<SettlementQueryReply, HisError> {
        self.ask("5203", &SettlementQuery { person, settlement, visit }).await
    }

    /// Asks how the order for a cash share stands (6301).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn query_order(&self, order: OrderId) -> Result<OrderReply, HisError> {
        let query = OrderQuery {
            order,
            institution: self.settings().institution.clone(),
            token: None,
            document_number: None,
            name: None,
            document_type: None,
        };
        self.ask("6301", &query).await
    }

    /// Asks what a purchase would come to (2101).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn price_purchase(
        &self,
        patient: &Patient,
        items: &[Item],
    ) -> Result<SettlementReply, HisError> {
        self.ask("2101", &self.purchase(patient, items)?).await
    }

    /// Buys and settles (2102).
    ///
    /// # Errors
    /// See [`HisError`]; after [`HisError::Unknown`] the outcome has to be asked for or reversed.
    pub async fn buy(&self, patient: &Patient, items: &[Item]) -> Result<SettlementReply, HisError> {
        self.ask("2102", &self.purchase(patient, items)?).await
    }

    fn purchase(
        &self,
        patient: &Patient,
        items: &[Item],
    ) -> Result<wire::message::Purchase, wire::arithmetic::ArithmeticError> {
        Ok(forms::purchase(patient, items, self.now())?)
    }

    /// Undoes a purchase (2103).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn revoke_purchase(
        &self,
        person: PersonId,
        visit: VisitId,
        settlement: SettlementId,
    ) -> Result<RevocationReply, HisError> {
        self.ask("2103", &forms::revocation(person, visit, settlement)).await
    }

    /// Undoes a message whose outcome is not known (2601).
    ///
    /// # Errors
    /// See [`HisError`].
    pub async fn reverse(&self, person: PersonId, infno: &str, message_id: &str) -> Result<(), HisError> {
        let message = forms::reversal(person, infno, message_id);
        self.ask::<Empty>("2601", &message).await.map(|Empty| ())
    }
}
