"""Which kinds of organisation may apply, and what are they called in Danish?"""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """Who may apply (domain.md EL3; private persons may not)."""

    ASSOCIATION = "association"
    SELF_GOVERNING = "self_governing"
    FOUNDATION = "foundation"
    SOCIAL_ENTERPRISE = "social_enterprise"
    OTHER_SUPPLIER = "other_supplier"
    MUNICIPAL_DEPARTMENT = "municipal_department"


KIND_WORDS = {
    OrganisationKind.ASSOCIATION: "Forening",
    OrganisationKind.SELF_GOVERNING: "Selvejende institution",
    OrganisationKind.FOUNDATION: "Fond",
    OrganisationKind.SOCIAL_ENTERPRISE: "Socialøkonomisk virksomhed",
    OrganisationKind.OTHER_SUPPLIER: "Anden leverandør",
    OrganisationKind.MUNICIPAL_DEPARTMENT: "Kommunal forvaltning",
}
