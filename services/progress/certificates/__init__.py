"""What a certificate is made of: the PDF and its QR code, the signed badge, the status list."""

from services.progress.certificates.badge import Issuer
from services.progress.certificates.paper import Paper, qr_svg
from services.progress.certificates.status import decoded, encoded

__all__ = ["Issuer", "Paper", "decoded", "encoded", "qr_svg"]
