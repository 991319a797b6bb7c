# 参保人的页面。

greeting = 您好，{ $name }
services = 常用服务
service-bills = 我的账单
service-card = 银行账户
service-settings = 设置与授权

code-title = 请出示给收费窗口或药店
barcode-label = 医保码条形码
qr-label = 医保码二维码
code-valid-before = {""}
code-valid-after = {" "}秒后自动更新，用一次即失效
code-offline = 网络不稳定，正在重试
code-refresh = 更新医保码
code-brightness = 扫不出来？请调亮屏幕
code-used = 已被 { $institution } 使用 { $time }
code-used-next = 账单出来后会显示在这里，请不要关闭页面。
code-new = 再出示一个新码

bills-title = 我的账单
bills-pending = 待支付
bills-pending-none = 没有需要支付的账单。
bills-paid = 已支付
bills-refunded = 已退款

bill-title = 账单详情
bill-open = 查看账单
split-title = 这笔费用谁来付
why-title = 为什么是这个金额？
why-lead = 点开每一项，可以看到怎么算的、依据哪条规定。
why-arithmetic = 计算过程
scope-title = 费用按目录怎么分
lines-title = 费用明细
line-all-in-scope = 全部纳入报销范围
line-self-paid = 其中个人先承担 { $amount }
line-first-rate = （先行自付 { $rate }）
line-ceiling = （限价 { $price } 元）
refunded-title = 已于 { $time } 退款
refunded-text = 统筹基金、个人账户和您支付的现金都已原路退回，年度累计也已恢复。
refunding-text = 机构已撤销这笔结算，退款正在原路退回，请稍候。
confirming-text = 正在向银行确认，结果出来前请不要重复付款。

pay-go = 去支付 { $amount }
pay-title = 支付账单
pay-from = 付款账户
pay-pin-hint = 激活医保码时设置的密码
pay-button = 确认支付 { $amount }
pay-at-window = 也可以到机构窗口支付。
paid-page-title = 支付结果
paid-title = 支付成功
paid-next = 机构已收到付款，您可以去取药或做检查。要退款，请找开单的机构。
paying-title = 正在确认
not-paid-title = 没有付成，没有扣款

receipt-open = 查看和打印结算单
receipt-title = 医疗费用结算单
receipt-foot = 本单供您核对，不作报销发票使用。

me-title = 我的
credential = 医保码
level-identity = 已激活（手机支付未开通）
level-payment = 已激活，手机支付已开通
appearance-title = 显示
text-size-title = 文字大小
theme-title = 颜色
language-title = 语言
channel-web = 本网页
authorisation-title = 授权
authorisation-text = 您从 { $date } 起授权“{ $channel }”出示您的医保码。
withdraw-open = 取消授权
withdraw-title = 取消授权
withdraw-text = 取消后，“{ $channel }”不能再出示您的医保码。
withdraw-point-code = 正在显示的医保码马上失效。
withdraw-point-card = 本渠道绑定的银行账户同时解除。
withdraw-point-others = 其他渠道、身份证和社保卡不受影响；以后可以重新激活。
withdraw-button = 确认取消授权
logout-button = 退出登录

# 用于说明计算过程的词

why-circumstances = 按 { $year } 年度、{ $age } 岁、“{ $lane }”计算。
why-rule = 规则：{ $rule }
why-source = 依据：{ $document }（{ $date }）{ $clause }
why-source-undated = 依据：{ $document } { $clause }
step-account-current-year = 当年账户支付
step-account-previous-years = 历年账户支付
step-deductible = 起付线内，个人承担
term-line-amount = 项目金额
term-ceiling-amount = 按限价计算
term-ceiling = 年度封顶线
term-first-self-pay-rate = 先行自付比例
term-self-paid = 自费和先行自付
term-paid-by-others = 基金和个人账户支付
term-remaining = 尚待分担
term-payable = 个人账户可以支付的部分
term-balance = 账户余额
term-deductible-standard = 全年起付标准
term-deductible-borne = 今年已承担
term-segment-amount = 本段费用
term-fund-rate = 医保支付比例
term-person-rate = 个人承担比例
reason-class-c = 丙类项目，医保不报销。
reason-not-in-catalogue = 不在医保目录内。
reason-limited-use-not-approved = 限定使用范围的项目，医院没有确认符合条件。
reason-approval-refused = 医院审核后认为不符合限定条件。
reason-price-over-ceiling = 单价高于医保限价。
reason-deductible-met = 今年的起付线已经付满，这次不再扣。
reason-within-deductible = 还在起付线以内。
reason-ceiling-reached = 这次已达到年度封顶线。
reason-ceiling-used-up = 年度封顶线已经用完。
reason-account-declined = 您选择了不使用个人账户。
reason-account-empty = 个人账户没有余额。
reason-account-too-small = 个人账户余额不够全部支付。
reason-rest-in-scope = 四舍五入后的尾差计入报销范围。
reason-rounded-as-a-whole = 按整张账单四舍五入产生的尾差。
reason-odd-fen-to-person = 四舍五入后，尾差由个人承担。
reason-odd-fen-to-fund = 四舍五入后，尾差由基金承担。
