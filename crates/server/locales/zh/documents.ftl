# 帮助、隐私说明、协议、出错页。

error-title = 没有办成
error-reference = 问题编号

help-12393 = 全国医保服务热线
help-code-question = 医保码怎么用？
help-code-answer = 点“医保码”，把屏幕给收费窗口或药店扫一下。每个码用一次就失效，过 60 秒自动更新。请不要截图发给别人。
help-pay-question = 怎么在手机上付自付部分？
help-pay-answer = 先在“银行账户”里绑定您本人的社保卡银行账户。窗口结算后，账单会出现在手机上，点开核对，输入支付密码和银行验证码即可。
help-amount-question = 为什么要我付这么多？
help-amount-answer = 打开账单，看“为什么是这个金额”。每一项都写明怎么算的、依据哪条规定。仍有疑问请拨打 12393，并报结算编号。
help-refund-question = 怎么退款？
help-refund-answer = 请找开单的医院或药店窗口。撤销后，现金原路退回，个人账户和年度累计同时恢复。
help-lost-question = 手机丢了怎么办？
help-lost-answer = 拨打 12393 或到医保经办窗口，马上停用手机上的医保码。身份证和社保卡不受影响。
help-pin-question = 支付密码忘了怎么办？
help-pin-answer = 请带身份证到医保经办窗口重设。忘了密码仍可以出示医保码，自付部分在窗口付。
help-card-question = 没有手机能看病吗？
help-card-answer = 能。身份证和社保卡与医保码一样有效。

privacy-lead = 我们只使用医保服务所必需的信息。
privacy-items-title = 使用哪些信息
privacy-items = 姓名、身份证号码、手机号、参保信息、就诊与结算记录；绑定银行账户时，还有银行卡号。不采集人脸，不读取通讯录和位置。
privacy-purpose-title = 用来做什么
privacy-purpose = 确认您的身份，办理医保结算，让您查看账单和付款，核对账目，防止冒用。
privacy-receivers-title = 提供给谁
privacy-receivers = 您就诊的医药机构只得到办理本次结算所需的信息。付款时，银行得到付款所需的信息。除法律规定外，不向其他人提供。
privacy-protection-title = 怎样保护
privacy-protection = 证件号码、手机号和银行卡号加密保存，页面上默认遮盖。工作人员每次查看您的信息都有记录。
privacy-time-title = 保存多久
privacy-time = 结算记录按国家关于医保基金账目的规定保存。其他信息在取消授权后不再使用。
privacy-rights-title = 您的权利
privacy-rights = 您可以向医保经办机构查阅、更正自己的信息，随时在“我的”里取消授权，也可以拨打 12393 投诉。不同意或者取消授权，不影响您用身份证或社保卡看病。
privacy-cookies-title = Cookie
privacy-cookies = 只用于保持登录，以及记住您选的语言、文字大小和颜色。没有广告，也没有第三方跟踪。

agreement-page-title = 医保码服务协议
agreement-clause-service = 服务内容：为参保人提供医保码，用于在定点医药机构就医购药、医保结算、查看账单和支付自付费用。服务免费。
agreement-clause-identity = 实名使用：医保码只能由您本人激活。您应提供真实的姓名、身份证号码和手机号；信息变更后请及时更新。
agreement-clause-use = 妥善使用：医保码只供您本人就医购药使用。不得出借、转让，或用于套取医保基金；否则将依照《医疗保障基金使用监督管理条例》处理。
agreement-clause-pin = 密码：请保管好手机和支付密码，不要告诉别人。工作人员不会向您索要密码或短信验证码。
agreement-clause-payment = 支付：自付费用经您输入密码确认后，从您绑定的本人银行账户支付。撤销结算时原路退回。
agreement-clause-data = 个人信息：按隐私说明处理您的个人信息。医疗健康信息属于敏感个人信息，只为本协议所列用途使用。
agreement-clause-withdraw = 停用：您可以随时取消授权。手机丢失时，可拨打 12393 或到窗口马上停用。
agreement-clause-media = 其他凭证：身份证和社会保障卡与医保码有同等效力。是否使用医保码，由您自愿选择。
