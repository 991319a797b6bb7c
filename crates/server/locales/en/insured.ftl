# Pages of the insured person.

greeting = Hello, { $name }
services = Services
service-bills = My bills
service-card = Bank account
service-settings = Settings

code-title = Show this at the cashier or pharmacy
barcode-label = Insurance code as a barcode
qr-label = Insurance code as a QR code
code-valid-before = Renews itself in{" "}
code-valid-after = {" "}seconds; good for one use
code-offline = The network is unstable, trying again
code-refresh = New code
code-brightness = Does not scan? Turn up the brightness
code-used = Used by { $institution } at { $time }
code-used-next = Your bill will appear here. Please keep this page open.
code-new = Show a new code

bills-title = My bills
bills-pending = To pay
bills-pending-none = There is nothing to pay.
bills-paid = Paid
bills-refunded = Refunded

bill-title = Bill
bill-open = See the bill
split-title = Who pays
why-title = Why this amount?
why-lead = Open a line to see the arithmetic and the rule behind it.
why-arithmetic = Arithmetic
scope-title = How the total divides by the catalogue
lines-title = Fee items
line-all-in-scope = Fully in scope
line-self-paid = You bear { $amount } of it first
line-first-rate = ({ $rate } self-paid first)
line-ceiling = (ceiling { $price } yuan)
refunded-title = Refunded { $time }
refunded-text = The fund, your personal account and your own payment were all returned, and this year’s totals restored.
refunding-text = The institution revoked this settlement. Your money is on its way back.
confirming-text = We are asking the bank. Please do not pay again before the answer is here.

pay-go = Pay { $amount }
pay-title = Pay a bill
pay-from = Paid from
pay-pin-hint = The one you chose when you activated your code
pay-button = Confirm and pay { $amount }
pay-at-window = You can also pay at the institution’s window.
paid-page-title = Result of the payment
paid-title = Paid
paid-next = The institution has your payment. You can collect your medicine or go to your examination. For a refund, ask the institution.
paying-title = Being confirmed
not-paid-title = Not paid, nothing was taken

receipt-open = See and print the statement
receipt-title = Statement of medical costs
receipt-foot = For your own records; not an invoice.

me-title = Me
credential = Insurance code
level-identity = Active (mobile payment not open)
level-payment = Active, mobile payment open
appearance-title = Display
text-size-title = Text size
theme-title = Colours
language-title = Language
channel-web = This website
authorisation-title = Authorisation
authorisation-text = Since { $date } you have authorised “{ $channel }” to show your code.
withdraw-open = Withdraw the authorisation
withdraw-title = Withdraw the authorisation
withdraw-text = After this, “{ $channel }” can no longer show your code.
withdraw-point-code = A code that is on the screen stops working at once.
withdraw-point-card = The bank account bound in this channel is unbound too.
withdraw-point-others = Other channels, your ID card and your social-security card are not affected; you can activate again later.
withdraw-button = Withdraw
logout-button = Log out

# Words of the explanation

why-circumstances = Calculated for the year { $year }, age { $age }, “{ $lane }”.
why-rule = Rule: { $rule }
why-source = Source: { $document } ({ $date }) { $clause }
why-source-undated = Source: { $document } { $clause }
step-account-current-year = From this year’s account
step-account-previous-years = From earlier years’ account
step-deductible = Within the deductible, borne by you
term-line-amount = Amount of the item
term-ceiling-amount = At the price ceiling
term-ceiling = Ceiling of the year
term-first-self-pay-rate = Share self-paid first
term-self-paid = Self-paid parts
term-paid-by-others = Paid by funds and personal account
term-remaining = Still to be divided
term-payable = What the account may pay for
term-balance = Balance of the account
term-deductible-standard = Deductible of the year
term-deductible-borne = Borne before this bill
term-segment-amount = Amount in this segment
term-fund-rate = Share of the insurance
term-person-rate = Your share
reason-class-c = Class C: not reimbursed.
reason-not-in-catalogue = Not in the insurance catalogue.
reason-limited-use-not-approved = For limited use only, and the hospital has not confirmed the conditions.
reason-approval-refused = The hospital examined the use and found that it does not meet the conditions.
reason-price-over-ceiling = The price is above the ceiling.
reason-deductible-met = You had borne this year’s deductible already.
reason-within-deductible = Still within the deductible.
reason-ceiling-reached = This bill reached the ceiling of the year.
reason-ceiling-used-up = The ceiling of the year was used up before.
reason-account-declined = You chose not to use the personal account.
reason-account-empty = There is no money in the account.
reason-account-too-small = The account does not reach for all of it.
reason-rest-in-scope = What rounding leaves over is in scope.
reason-rounded-as-a-whole = Left over from rounding the bill as a whole.
reason-odd-fen-to-person = After rounding, the odd fen is yours.
reason-odd-fen-to-fund = After rounding, the odd fen is the fund’s.
