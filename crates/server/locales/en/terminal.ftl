# The terminal of hospitals and pharmacies.

terminal-product = Insurance terminal
staff-at-work = Staff { $staff }
staff-login-title = Log in to the terminal
institution-code-label = Institution code
institution-code-hint = 12 characters, beginning with H or P
staff-no-label = Staff number
password-label = Password
staff-login-help = If you forgot your password, ask the insurance office for a new one.

desk-title = Cashier’s desk
to-desk = Desk
scan-label = Scan the insurance code
scan-button = Identify
scan-hint = Use the scanner, or type the 28 digits and press Enter
by-card-title = The patient has no code: ID card or social-security card
by-card-button = Identify by card
certificate-label = Identified by
totals-title = Today’s totals
totals-settled = Settled visits
visits-title = Today’s visits
visits-none = No visits yet today.
visit-open = Open
visit-open-label = Open the visit of { $name } at { $time }
visit-title = Visit
visit-progress = Progress of the visit
step-identify = Identify
step-register = Register
step-pre-settle = Pre-settle
step-settle = Settle
stage-identified = To register
stage-registered = Entering fees
stage-pre-settled = Pre-settled
stage-settled = Settled
stage-revoked = Revoked

patient-title = Patient
age = Age
age-years = { $age ->
    [one] { $age } year
   *[other] { $age } years
}
insured-place = Insured in
insurance = Insurance
account-balance = Personal account balance
registration-title = Register the visit
department-label = Department
doctor-label = Doctor
diagnosis-label = Diagnosis
department-hint = Code of the speciality and name, such as A03 内科
doctor-hint = Code and name
diagnosis-hint = Code and name, such as J06.900 急性上呼吸道感染
register-button = Register

items-title = Fee items
items-none = No fees yet. Enter them below.
item-code-label = Item code or name
price-label = Price (yuan)
quantity-label = Quantity
item-add = Add
item-remove = Remove
item-remove-label = Remove { $name }
column-first-rate = Self-paid first
column-ceiling = Ceiling (yuan)
column-self-paid = Borne first
column-in-scope = In scope
pre-settle-button = Pre-settle
pre-settle-again-button = Pre-settle again

pre-settlement-title = Pre-settlement
settlement-title = Settlement
patient-pays = The patient pays in cash
settle-button = Settle
settle-phone-button = Settle, send to the patient’s phone
settle-counter-button = Settle, collect at this window
phone-payment-not-open = The patient has not opened mobile payment.
collect-instead = Collect at this window instead
payment-waiting = Waiting for the patient, sent to the phone at { $time }
payment-confirming = The patient confirmed, waiting for the bank
payment-by-phone = Paid on the phone at { $time }
payment-at-counter = Collected at the window at { $time }
payment-nothing-due = No cash was due
payment-refunding = Being refunded
payment-refunded = Refunded at { $time }

revoke-title = Revoke the settlement
revoke-text = Fund, personal account and the patient’s cash all go back. This cannot be undone.
reason-label = Reason
reason-wrong-item = Fees entered wrongly
reason-wrong-person = Wrong patient
reason-returned = Medicine returned
revoke-button = Revoke
correct-and-settle-again = Correct the fees and settle again
look-again = Refresh

slip-open = Print the slip
slip-title = Insurance settlement slip
slip-printed = Printed { $time }, staff { $staff }
slip-foot = Please check the amounts and keep this slip. Questions: call 12393.
