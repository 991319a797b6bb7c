# Help, privacy, agreement, errors.

error-title = That did not work
error-reference = Reference

help-12393 = The national insurance hotline
help-code-question = How do I use the code?
help-code-answer = Open “Code” and let the cashier or pharmacy scan your screen. Each code works once and renews itself after 60 seconds. Never send a screenshot to anyone.
help-pay-question = How do I pay my share on the phone?
help-pay-answer = First bind the bank account of your own social-security card under “Bank account”. After settlement the bill appears on your phone: check it, then enter your PIN and the bank’s SMS code.
help-amount-question = Why do I pay this much?
help-amount-answer = Open the bill and look at “Why this amount?”. Each line shows the arithmetic and the rule. If you still have doubts, call 12393 and give the settlement number.
help-refund-question = How do I get a refund?
help-refund-answer = Ask at the hospital or pharmacy that made the bill. Once it is revoked, your cash, your personal account and this year’s totals all come back.
help-lost-question = I lost my phone
help-lost-answer = Call 12393 or go to an insurance service window. The code on the phone stops at once; your ID card and social-security card are not affected.
help-pin-question = I forgot my PIN
help-pin-answer = Bring your ID card to an insurance service window to choose a new one. Until then you can show your code and pay your share at the cashier.
help-card-question = Can I see a doctor without a phone?
help-card-answer = Yes. Your ID card and social-security card are just as good as the code.

privacy-lead = We use only what the insurance service needs.
privacy-items-title = What we use
privacy-items = Name, ID number, phone number, insurance, visit and settlement records; and the bank card number if you bind an account. No face, no contacts, no location.
privacy-purpose-title = What for
privacy-purpose = To know that you are you, to settle with the insurance, to let you see and pay bills, to keep the books right and to prevent misuse.
privacy-receivers-title = Who receives it
privacy-receivers = The institution you visit receives what that settlement needs. When you pay, the bank receives what the payment needs. Nobody else does, unless the law says so.
privacy-protection-title = How it is protected
privacy-protection = ID number, phone number and card number are stored encrypted and masked on pages. Every time staff look at your records, that is recorded.
privacy-time-title = How long it is kept
privacy-time = Settlement records as long as the rules for the insurance funds’ books say. The rest is no longer used once you withdraw your authorisation.
privacy-rights-title = Your rights
privacy-rights = You can have your data shown and corrected at the insurance office, withdraw your authorisation under “Me” at any time, and complain at 12393. Declining or withdrawing does not affect care with your ID card or social-security card.
privacy-cookies-title = Cookies
privacy-cookies = Only to keep you logged in and to remember language, text size and colours. No advertising, no tracking by others.

agreement-page-title = Agreement on the insurance code
agreement-clause-service = Service: a code with which insured persons see doctors and buy medicine at designated institutions, settle with the insurance, see bills and pay their share. It is free.
agreement-clause-identity = Real name: only you can activate your code. Your name, ID number and phone number must be true; please update them when they change.
agreement-clause-use = Use: the code is for your own care only. It must not be lent, passed on or used to obtain money from the funds; misuse is dealt with under the Regulation on the Supervision and Administration of the Use of Medical Security Funds.
agreement-clause-pin = PIN: look after your phone and your PIN and tell them to nobody. Staff will never ask for your PIN or an SMS code.
agreement-clause-payment = Payment: once you confirm with your PIN, your share is paid from your own bank account that you bound. When a settlement is revoked, it goes back the same way.
agreement-clause-data = Personal data: handled as the privacy page says. Health data are sensitive and used only for what this agreement names.
agreement-clause-withdraw = Ending: you can withdraw your authorisation at any time. If you lose your phone, 12393 or a service window stops the code at once.
agreement-clause-media = Other documents: ID card and social-security card are just as good. Using the code is your free choice.
