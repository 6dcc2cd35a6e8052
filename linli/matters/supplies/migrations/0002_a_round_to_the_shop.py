from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supplies", "0001_orders_lines_payments_and_rounds")]

    operations = [migrations.RenameModel(old_name="Round", new_name="ShoppingRound")]
