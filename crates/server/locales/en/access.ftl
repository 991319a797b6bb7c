# Logging in, activating, binding the card.

login-title = Log in
login-lead = Enter the mobile phone number that you activated your code with.
login-button = Log in
to-login = Already activated? Log in
to-activate = First time here? Activate your code
send-sms-button = Send me an SMS code
notice-logged-out = You are logged out.
notice-withdrawn = The authorisation is withdrawn. Codes shown before can no longer be used.
notice-session-ended = For your safety you were logged out after a long pause.

sms-title = Enter the SMS code
sms-bank-title = Enter the bank’s SMS code
sms-sent = We sent a code to { $phone }.
sms-bank-sent = The bank sent a code to { $phone }.
sms-code-label = 6-digit code
resend-button = Send another code
resend-wait = You can ask for another code in { $seconds } seconds.

activate-title = Activate your insurance code
activate-lead = You need your phone and your ID number. It takes about 2 minutes.
activation-progress = Progress of activation
activation-step-phone = Phone
activation-step-identity = Identity
activation-step-agreement = Agreement
activation-step-pin = PIN

identity-title = Confirm who you are
identity-lead = As on your ID card. We only compare it with the insurance register.
id-number-hint = 18 characters; the last one may be X
identity-other-ways = It did not work? There are other ways
identity-other-ways-text = Bring your ID card or social-security card to an insurance service window, or call 12393. No face scan is needed. At the hospital your ID card and social-security card remain just as good.

agreement-title = Before you start
agreement-point-purpose = Purpose: showing your code, settling with the insurance, seeing and paying bills.
agreement-point-items = Data: name, ID number, phone number, insurance and settlement records.
agreement-point-receivers = Who sees it: the institution you visit sees only what this settlement needs; the bank sees the payment.
agreement-point-time = How long: settlement records are kept as the law says; after you withdraw, this channel no longer uses your data.
agreement-point-refuse = If you decline: no code is activated; your ID card and social-security card work as before.
agreement-full-text = Read the full agreement
agreement-accept = I agree
agreement-decline = I decline

pin-title = Choose a payment PIN
pin-lead = You need it to pay and to withdraw your authorisation. Keep it in mind.
pin-label = 6-digit PIN
pin-hint = No birthday, no sequence, not one digit six times
pin-again-label = The same again
pin-button = Finish

pin-known-title = Enter your PIN
pin-known-lead = You have a code already. Enter its PIN to use it here as well.
pin-known-button = Continue

activated-title = Your code is active
activated-text = { $name }, you can now show your code at hospitals and pharmacies.
show-code = Show my code
open-payment = Open mobile payment
open-payment-why = With the bank account of your social-security card you pay your share on the phone, without queueing.

card-title = Bank account of the social-security card
card-lead = Bind the bank account of your own social-security card to pay your share.
card-owner = Card holder
card-phone = Phone known to the bank
card-number-label = Bank card number
card-number-hint = On the back of the social-security card, 16 to 19 digits
card-sms-button = Get the bank’s code
card-bind-button = Bind this account
card-tail = ending { $tail }
card-bound = Bound, ending { $tail }
card-bound-hint = If you unbind it, mobile payment closes at once. You can still show your code.
card-unbind-button = Unbind
card-done-title = Mobile payment is open
card-done-text = The account ending { $tail } is bound. Each payment asks for your PIN.
