"""Webhooks as callers make and see them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.store.webhook_tables import Webhook


class WebhookRequest(BaseModel):
    """An address to be told when a run of the workspace has ended."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2000, description="http or https; which addresses may be called, the operator says.")


class WebhookAnswer(BaseModel):
    """A webhook."""

    id: str
    url: str
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookAnswer":
        return cls(id=webhook.webhook_id, url=webhook.url, created_at=webhook.created_at)


class NewWebhookAnswer(WebhookAnswer):
    """A new webhook with the secret that its messages are signed with, which is told only now."""

    secret: str


class WebhookList(BaseModel):
    """The workspace's webhooks, oldest first."""

    webhooks: list[WebhookAnswer]
