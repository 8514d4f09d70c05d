"""Admin pages of users and groups. Only superusers edit superusers, and nobody grants rights that they lack.

Tokens and share links stop working when their issuer loses the right to them; the pages that cause this say how many.
"""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from content import clock
from content.accounts.issued import credentials_in_use
from content.accounts.roles import refuse_to_give, rights_of
from content.accounts.sign_in import unlock


class UserForm(UserChangeForm):
    """The page sets ``by``, the user who edits."""

    def clean_groups(self):
        groups = self.cleaned_data["groups"]
        refuse_to_give(self.by, Group.objects.filter(pk__in=groups).exclude(user=self.instance))
        return groups


class GroupForm(forms.ModelForm):
    """The page sets ``by``, the user who edits."""

    def clean_permissions(self):
        permissions = self.cleaned_data["permissions"]
        present = self.instance.permissions.all() if self.instance.pk else []
        refuse_to_give(self.by, permissions=permissions.exclude(pk__in=present))
        return permissions


class CredentialNotice:
    """Mixin that warns when a change of rights stops tokens and share links that people have issued."""

    def people_of(self, obj):
        return [obj]

    def get_form(self, request, obj=None, **kwargs):
        # A class of its own for each request, since it carries the user.
        return type("Form", (super().get_form(request, obj, **kwargs),), {"by": request.user})

    def save_model(self, request, obj, form, change):
        # Counted before the save; ``save_related`` counts again once groups and permissions are saved, too.
        form.in_use_before = credentials_in_use(self.people_of(obj) if change else [], at=clock.now())
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        people = self.people_of(form.instance) if change else []
        if ended := form.in_use_before - credentials_in_use(people, at=clock.now()):
            messages.warning(request, _("This change has stopped %(credentials)s.") % {"credentials": ended})


class UserAdmin(CredentialNotice, auth_admin.UserAdmin, ModelAdmin):  # type: ignore[misc]
    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_per_page = 50
    actions = ["let_sign_in"]

    def get_fieldsets(self, request, obj=None):
        issued = [(_("Issued by this person"), {"fields": ["issued"]})] if obj else []
        return [*super().get_fieldsets(request, obj), *issued]

    def get_readonly_fields(self, request, obj=None):
        names = [*super().get_readonly_fields(request, obj), "issued"]
        return names if request.user.is_superuser else [*names, "is_superuser", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        return self._may_edit(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may_edit(request, obj) and super().has_delete_permission(request, obj)

    def user_change_password(self, request, id, form_url=""):
        """Refuses (403) to set the password of a user with more rights: whoever sets it could sign in as that user."""
        person = self.get_object(request, unquote(id))
        if person and not rights_of(person) <= rights_of(request.user):
            raise PermissionDenied(
                _("This user has more rights than you. Ask somebody with the same rights to set the password.")
            )
        return super().user_change_password(request, id, form_url)

    def get_deleted_objects(self, objs, request):
        people = list(objs)
        lines, *rest = super().get_deleted_objects(people, request)
        if in_use := credentials_in_use(people, at=clock.now()):
            lines = [*lines, _("This stops %(credentials)s that they have issued.") % {"credentials": in_use}]
        return lines, *rest

    @action(description=gettext_lazy("Unlock sign-in"), permissions=["change"])
    def let_sign_in(self, request, queryset):
        """Forgets the wrong passwords that were tried for these users, from whatever address."""
        people = [person for person in queryset if self.has_change_permission(request, person)]
        count = sum(unlock(account=person.get_username()) for person in people)
        for person in people:
            self.log_change(request, person, _("Sign-in unlocked."))
        message = ngettext(
            "Sign-in unlocked: %(count)d wrong password forgotten.",
            "Sign-in unlocked: %(count)d wrong passwords forgotten.",
            count,
        )
        messages.success(request, message % {"count": count})

    @display(description=gettext_lazy("in use"))
    def issued(self, person):
        in_use = credentials_in_use([person], at=clock.now())
        text = _("%(credentials)s. They stop working if this person is deactivated, loses the rights or is deleted.")
        return text % {"credentials": in_use}

    def _may_edit(self, request, obj):
        return request.user.is_superuser or not (obj and obj.is_superuser)


class GroupAdmin(CredentialNotice, auth_admin.GroupAdmin, ModelAdmin):  # type: ignore[misc]
    form = GroupForm
    list_per_page = 50

    def people_of(self, obj):
        return obj.user_set.all()
