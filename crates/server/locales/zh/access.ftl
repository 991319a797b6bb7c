# 登录、激活、绑卡。

login-title = 登录
login-lead = 请输入激活医保码时使用的手机号。
login-button = 登录
to-login = 已经激活？去登录
to-activate = 第一次使用？激活医保码
send-sms-button = 获取短信验证码
notice-logged-out = 您已退出登录。
notice-withdrawn = 已取消本渠道的授权，此前的医保码不能再使用。
notice-session-ended = 为了安全，长时间未操作已自动退出。

sms-title = 输入短信验证码
sms-bank-title = 输入银行短信验证码
sms-sent = 验证码已发送到 { $phone }。
sms-bank-sent = 银行已将验证码发送到 { $phone }。
sms-code-label = 6 位验证码
resend-button = 重新发送验证码
resend-wait = { $seconds } 秒后可以重新发送。

activate-title = 激活医保码
activate-lead = 用手机号和身份证号码即可激活，约需 2 分钟。
activation-progress = 激活进度
activation-step-phone = 手机号
activation-step-identity = 实名
activation-step-agreement = 协议
activation-step-pin = 密码

identity-title = 确认您的身份
identity-lead = 请按身份证填写，只用于核对参保信息。
id-number-hint = 18 位，最后一位可能是 X
identity-other-ways = 没有通过？还有别的办法
identity-other-ways-text = 您可以带身份证或社保卡到就近的医保经办窗口激活，也可以拨打 12393 询问。不需要刷脸。看病时，身份证和社保卡一样可以使用。

agreement-title = 使用前请您了解
agreement-point-purpose = 用途：出示医保码、医保结算、查看账单和支付。
agreement-point-items = 信息：姓名、身份证号码、手机号、参保和结算记录。
agreement-point-receivers = 谁会看到：您就诊的医药机构只看到本次结算所需的信息；付款时银行看到付款信息。
agreement-point-time = 保存：结算记录按规定保存；取消授权后，本渠道不再使用您的信息。
agreement-point-refuse = 不同意：不激活医保码，不影响您用身份证或社保卡看病。
agreement-full-text = 阅读协议全文
agreement-accept = 同意
agreement-decline = 不同意

pin-title = 设置支付密码
pin-lead = 付款和取消授权时要用到它，请记牢。
pin-label = 6 位支付密码
pin-hint = 不要用生日、连号或同一个数字
pin-again-label = 再输一次
pin-button = 完成激活

pin-known-title = 输入支付密码
pin-known-lead = 您已经有医保码。输入原来的支付密码，就可以在这里继续使用。
pin-known-button = 继续

activated-title = 医保码已激活
activated-text = { $name }，您现在可以出示医保码看病买药。
show-code = 出示医保码
open-payment = 开通手机支付
open-payment-why = 绑定社保卡银行账户后，自付部分可以在手机上付，不用排队。

card-title = 社保卡银行账户
card-lead = 绑定您本人社保卡的银行账户，用来支付自付部分。
card-owner = 持卡人
card-phone = 银行预留手机号
card-number-label = 银行卡号
card-number-hint = 在社保卡背面，16 至 19 位数字
card-sms-button = 获取银行验证码
card-bind-button = 确认绑定
card-tail = 尾号 { $tail }
card-bound = 已绑定，尾号 { $tail }
card-bound-hint = 解除绑定后，手机支付随即关闭；医保码仍可出示。
card-unbind-button = 解除绑定
card-done-title = 手机支付已开通
card-done-text = 已绑定尾号 { $tail } 的银行账户。每次付款都要您输入支付密码。
