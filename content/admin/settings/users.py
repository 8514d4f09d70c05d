"""Users and groups, in the same dress. Only a superuser touches superusers, and nobody gives what they lack.

What somebody has issued ends when they may no longer do it themselves; the pages that bring that about say how much.
"""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from content import clock
from content.accounts.issued import credentials_in_use
from content.accounts.roles import refuse_to_give, rights_of
from content.accounts.sign_in import unlock


class UserForm(UserChangeForm):
    """``by`` is set by the page."""

    def clean_groups(self):
        groups = self.cleaned_data["groups"]
        refuse_to_give(self.by, Group.objects.filter(pk__in=groups).exclude(user=self.instance))
        return groups


class GroupForm(forms.ModelForm):
    """``by`` is set by the page."""

    def clean_permissions(self):
        permissions = self.cleaned_data["permissions"]
        held = self.instance.permissions.all() if self.instance.pk else []
        refuse_to_give(self.by, permissions=permissions.exclude(pk__in=held))
        return permissions


class CredentialNotice:
    """Tells how much of what people have issued ends with a change of their rights."""

    def people_of(self, obj):
        return [obj]

    def get_form(self, request, obj=None, **kwargs):
        return type("Form", (super().get_form(request, obj, **kwargs),), {"by": request.user})

    def save_model(self, request, obj, form, change):
        form.in_use_before = credentials_in_use(self.people_of(obj) if change else [], at=clock.now())
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        people = self.people_of(form.instance) if change else []
        if ended := form.in_use_before - credentials_in_use(people, at=clock.now()):
            messages.warning(request, f"With this, {ended} have stopped working.")


class UserAdmin(CredentialNotice, auth_admin.UserAdmin, ModelAdmin):
    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_per_page = 50
    actions = ["let_sign_in"]

    def get_fieldsets(self, request, obj=None):
        told = [("Issued by this person", {"fields": ["issued"]})] if obj else []
        return [*super().get_fieldsets(request, obj), *told]

    def get_readonly_fields(self, request, obj=None):
        names = [*super().get_readonly_fields(request, obj), "issued"]
        return names if request.user.is_superuser else [*names, "is_superuser", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        return self._may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may_touch(request, obj) and super().has_delete_permission(request, obj)

    def user_change_password(self, request, id, form_url=""):
        """Whoever sets a password can sign in with it: nobody sets one of somebody who may do more than they."""
        person = self.get_object(request, unquote(id))
        if person and not rights_of(person) <= rights_of(request.user):
            raise PermissionDenied("They may do more than you; ask somebody who may do as much to set their password.")
        return super().user_change_password(request, id, form_url)

    def get_deleted_objects(self, objs, request):
        people = list(objs)
        told, *rest = super().get_deleted_objects(people, request)
        if in_use := credentials_in_use(people, at=clock.now()):
            told = [*told, f"{in_use} of theirs stop working with them."]
        return told, *rest

    @action(description="Let them sign in again", permissions=["change"])
    def let_sign_in(self, request, queryset):
        """Lifts what wrong passwords have locked for these names, wherever they came from."""
        people = [person for person in queryset if self.has_change_permission(request, person)]
        count = sum(unlock(account=person.get_username()) for person in people)
        for person in people:
            self.log_change(request, person, "Sign-in unlocked.")
        messages.success(request, f"{count} wrong password{'' if count == 1 else 's'} forgotten.")

    @display(description="in use")
    def issued(self, person):
        in_use = credentials_in_use([person], at=clock.now())
        return f"{in_use}. They stop working when this person is suspended, loses the rights or is deleted."

    def _may_touch(self, request, obj):
        return request.user.is_superuser or not (obj and obj.is_superuser)


class GroupAdmin(CredentialNotice, auth_admin.GroupAdmin, ModelAdmin):
    form = GroupForm
    list_per_page = 50

    def people_of(self, obj):
        return obj.user_set.all()
