"""The forms of the channels page: one for each kind, secrets kept apart from the rest."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.notify import guard, secret
from linli.notify.channels import mail, robot, sms
from linli.notify.models import MAIL, ROBOT, SMS, WEBPUSH, Channel

RUNGS = (
    (0, _("一有事就发")),
    (1, _("第一级没人接再发")),
    (2, _("第二级没人接再发")),
)


class ChannelForm(forms.Form):
    """What every channel has: a name and from when it speaks. Subclasses add their own and fill `config`."""

    name = forms.CharField(label=_("名称"), max_length=40)
    from_rung = forms.TypedChoiceField(
        label=_("什么时候发"),
        choices=RUNGS,
        coerce=int,
        help_text=_("别的通道都到不了的人,总会用这个通道发。"),
    )
    secret_fields: tuple[str, ...] = ()

    first_rung = 0
    where = ""  # the field that says where the secret goes

    def __init__(self, data: Any = None, *, channel: Channel | None = None) -> None:
        known: dict[str, Any] = {"from_rung": self.first_rung}
        if channel:
            known = {"name": channel.name, "from_rung": channel.from_rung, **self.shown(channel.config)}
        super().__init__(data, initial=known)
        self.channel = channel
        for key in self.secret_fields if channel else ():
            self.fields[key].required = False
            self.fields[key].help_text = _("已保存,不再显示。要换才填。")

    def shown(self, config: dict[str, Any]) -> dict[str, Any]:
        """What is kept, as the form shows it."""
        return dict(config)

    def clean(self) -> dict[str, Any]:
        """A secret that nobody can read any more does not follow its channel to another host."""
        found = super().clean() or {}
        if self._moved(found) and not self.sealed():
            self.add_error(self.secret_fields[0], _("换了地址,请把密钥再填一次"))
        return found

    def _moved(self, found: dict[str, Any]) -> bool:
        if not (self.channel and self.where and secret.of_channel(self.channel)):
            return False
        return _host(found.get(self.where, "")) != _host(self.channel.config[self.where])

    def config(self) -> dict[str, Any]:
        """What is kept in clear."""
        apart = {"name", "from_rung", *self.secret_fields}
        return {k: v for k, v in self.cleaned_data.items() if k not in apart}

    def sealed(self) -> str:
        """What goes into the vault; "" leaves what is there."""
        return "\n".join(self.cleaned_data.get(k, "") for k in self.secret_fields).rstrip("\n")


class WebPushForm(ChannelForm):
    """Nothing to set up."""


class RobotForm(ChannelForm):
    """A group's webhook."""

    flavour = forms.ChoiceField(
        label=_("平台"), choices=((robot.WECOM, _("企业微信")), (robot.DINGTALK, _("钉钉")))
    )
    url = forms.CharField(label=_("机器人地址(Webhook)"), max_length=500, strip=True)
    sign = forms.CharField(
        label=_("加签密钥"),
        max_length=120,
        required=False,
        help_text=_("只有钉钉选了“加签”才有,以 SEC 开头。"),
    )
    keyword = forms.CharField(
        label=_("关键词"), max_length=20, required=False, help_text=_("机器人要求消息里带的词。")
    )
    secret_fields = ("url", "sign")
    where = "flavour"

    def clean(self) -> dict[str, Any]:
        """The address belongs to the platform it is said to be of."""
        found = super().clean()
        url = found.get("url", "")
        if url and not _is_at_home(url, robot.HOME[found.get("flavour", robot.WECOM)]):
            self.add_error("url", _("这不是该平台的机器人地址"))
        if found.get("sign") and not url:
            self.add_error("url", _("换密钥时请把地址也再填一次"))
        return found


def _host(text: str) -> str:
    return (urlsplit(text).hostname or text).lower()


def _is_at_home(url: str, home: str) -> bool:
    return url.startswith(home) or guard.is_allowed_inside((urlsplit(url).hostname or "").lower())


class SmsForm(ChannelForm):
    """Any HTTP gateway."""

    url = forms.CharField(label=_("网关地址"), max_length=500, help_text=_("以 https:// 开头。"))
    type = forms.ChoiceField(label=_("正文格式"), choices=(("json", "JSON"), ("form", _("表单"))))
    headers = forms.CharField(
        label=_("请求头"),
        required=False,
        widget=forms.Textarea,
        help_text=_("一行一个,如 Authorization: Bearer {secret}"),
    )
    body = forms.CharField(
        label=_("正文模板"),
        widget=forms.Textarea,
        help_text=_("{phone} 手机号,{text} 内容,{key} 防重编号,{secret} 密钥。"),
    )
    success = forms.CharField(
        label=_("成功标志"), max_length=100, help_text=_("回答里出现它才算发出(正则表达式)。")
    )
    budget = forms.IntegerField(label=_("每天最多几条"), min_value=1, max_value=100_000, initial=200)
    key = forms.CharField(
        label=_("密钥"), max_length=500, required=False, widget=forms.PasswordInput, strip=True
    )
    secret_fields = ("key",)
    first_rung = 1  # each message costs money
    where = "url"

    def shown(self, config: dict[str, Any]) -> dict[str, Any]:
        """Headers as lines."""
        return {**config, "headers": "\n".join(f"{k}: {v}" for k, v in config.get("headers", {}).items())}

    def clean_url(self) -> str:
        """An address the guard would let pass, as far as it can be said without asking the name server."""
        url: str = self.cleaned_data["url"].strip()
        inside = guard.is_allowed_inside((urlsplit(url).hostname or "").lower())
        if not (url.startswith("https://") or inside) or "{phone}" in url or "{text}" in url:
            raise forms.ValidationError(_("地址须以 https:// 开头,手机号和内容只放在正文里"))
        return url

    def clean_headers(self) -> dict[str, str]:
        """Lines as a table. The address alone decides the host."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["headers"].splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name.strip()) or name.strip().lower() in _OURS:
                raise forms.ValidationError(_("这一行读不懂:%(line)s"), params={"line": line[:60]})
            found[name.strip()] = value.strip()
        return found

    def clean_success(self) -> str:
        """A pattern that can be used."""
        try:
            re.compile(self.cleaned_data["success"])
        except re.error as error:
            raise forms.ValidationError(_("这个正则表达式写错了")) from error
        return str(self.cleaned_data["success"])

    def clean(self) -> dict[str, Any]:
        """The template has both places, and is JSON where it says so."""
        found = super().clean()
        body = found.get("body", "")
        if body and not ("{phone}" in body and "{text}" in body):
            self.add_error("body", _("模板里要有 {phone} 和 {text}"))
        if body and found.get("type") == "json" and not _is_json(body):
            self.add_error("body", _("这不是 JSON"))
        return found


_OURS = {"host", "content-length", "transfer-encoding", "connection"}


def _is_json(body: str) -> bool:
    values = dict.fromkeys(("phone", "text", "key", "secret"), "x")
    try:
        json.loads(sms.filled(body, values, str))
    except ValueError:
        return False
    return True


class MailForm(ChannelForm):
    """A mailbox that sends."""

    host = forms.CharField(label=_("SMTP 服务器"), max_length=200, strip=True)
    security = forms.ChoiceField(
        label=_("加密"),
        choices=(("ssl", "SSL/TLS (465)"), ("starttls", "STARTTLS (587)"), ("none", _("不加密(仅限内网)"))),
    )
    port = forms.IntegerField(
        label=_("端口"), required=False, min_value=1, max_value=65535, help_text=_("不填就用上面括号里的。")
    )
    user = forms.CharField(label=_("账号"), max_length=200, required=False)
    sender = forms.EmailField(label=_("发件地址"), max_length=200)
    password = forms.CharField(
        label=_("密码"), max_length=200, required=False, widget=forms.PasswordInput, strip=False
    )
    secret_fields = ("password",)
    where = "host"

    def clean(self) -> dict[str, Any]:
        """Unencrypted only inside."""
        found = super().clean()
        if found.get("security") == "none" and not guard.is_allowed_inside(found.get("host", "").lower()):
            self.add_error("security", _("这台服务器不在允许的内网名单里,必须加密"))
        if found.get("port") and not mail.is_usable(found.get("host", "").lower(), found["port"]):
            self.add_error("port", _("只能用 25、465 或 587"))
        return found


FORMS: dict[str, type[ChannelForm]] = {
    WEBPUSH: WebPushForm,
    ROBOT: RobotForm,
    SMS: SmsForm,
    MAIL: MailForm,
}
"""Kind → form."""


def save(form: ChannelForm, channel: Channel) -> Channel:
    """Write a valid form into a channel and its secret into the vault; the caller holds a transaction."""
    channel.name, channel.from_rung = form.cleaned_data["name"], form.cleaned_data["from_rung"]
    channel.config = form.config()
    channel.test_passed, channel.tested_at, channel.test_answer = None, None, ""
    channel.save()
    if sealed := form.sealed():
        secret.keep(channel, sealed)
    return channel


class AddressForm(forms.Form):
    """Where my mail goes."""

    address = forms.EmailField(
        label=_("邮箱"), max_length=200, required=False, help_text=_("留空就不发邮件。")
    )
